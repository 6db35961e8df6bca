#include "io/cli/executor_choice.hpp"

namespace syncopate {

std::unique_ptr<Executor> make_executor(const std::string& name, int threads) {
    if (name == "serial") return make_serial_executor();
    return name == "threads" ? make_thread_executor(threads) : make_tbb_executor(threads);
}

}  // namespace syncopate
