#include "io/plot/cairo_bytes.hpp"

#include "core/error.hpp"

#include <algorithm>
#include <string_view>

namespace syncopate {

void check_cairo(cairo_status_t status) {
    if (status != CAIRO_STATUS_SUCCESS)
        throw Error(std::string("the picture cannot be drawn: ") + cairo_status_to_string(status));
}

cairo_status_t append_bytes(void* bytes, const unsigned char* data, unsigned int length) {
    static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
    return CAIRO_STATUS_SUCCESS;
}

cairo_status_t take_bytes(void* bytes, unsigned char* data, unsigned int length) {
    auto& left = *static_cast<std::string_view*>(bytes);
    if (left.size() < length) return CAIRO_STATUS_READ_ERROR;
    std::copy_n(left.begin(), length, data);
    left.remove_prefix(length);
    return CAIRO_STATUS_SUCCESS;
}

}  // namespace syncopate
