#include "topology/conversion/float_operator.hpp"

#include <dlfcn.h>
#include <oneapi/dnnl/dnnl.hpp>

#include <new>
#include <unordered_map>

namespace syncopate {

namespace {

using dnnl::memory;

/// oneDNN on the calling thread alone: our callers run samples in parallel. The packaged library uses OpenMP, whose
/// number of threads is a property of each thread; which OpenMP runtime that is, is known when it is loaded.
class SingleThread {
public:
    SingleThread() {
        if (runtime().threads == nullptr || runtime().set_threads == nullptr) return;
        before_ = runtime().threads();
        if (before_ != 1) runtime().set_threads(1);
    }
    ~SingleThread() {
        if (before_ > 1) runtime().set_threads(before_);
    }
    SingleThread(const SingleThread&) = delete;
    SingleThread& operator=(const SingleThread&) = delete;

private:
    struct Runtime {
        int (*threads)() = nullptr;
        void (*set_threads)(int) = nullptr;
    };
    static const Runtime& runtime() {
        // Looked up, not linked: linking would load a runtime of the compiler's choice beside the one that oneDNN
        // brings along. An oneDNN without OpenMP may bring none; the pointers are then null and nothing is set.
        static const Runtime found = {reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "omp_get_max_threads")),
                                      reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "omp_set_num_threads"))};
        return found;
    }

    int before_ = 1;
};

constexpr std::size_t alignment = 64;
std::size_t aligned(std::size_t bytes) { return (bytes + alignment - 1) / alignment * alignment; }

memory::dims spatial(const Extent& extent) { return {extent.height, extent.width}; }

/// Padding at the bottom and right that makes the output as large as stated; negative where rows are left unread.
memory::dims end_padding(const Convolution& g) {
    // oneDNN derives the size of the output from the padding and refuses any other; ours is stated, and what follows
    // from it is the padding. A stride that does not divide leaves rows unread, and oneDNN takes the small negative
    // number that this gives. Where too many are left it refuses, and the ordered convolution takes over.
    const auto along = [](std::int64_t out, std::int64_t in, std::int64_t stride, std::int64_t reach,
                          std::int64_t pad) { return (out - 1) * stride + reach - in - pad; };
    return {along(g.output.height, g.input.height, g.stride.height,
                  std::int64_t{g.kernel.height - 1} * g.dilation.height + 1, g.pad.height),
            along(g.output.width, g.input.width, g.stride.width,
                  std::int64_t{g.kernel.width - 1} * g.dilation.width + 1, g.pad.width)};
}

memory::desc plain(const memory::dims& dims) {
    memory::dims strides(dims.size(), 1);
    for (std::size_t i = dims.size() - 1; i > 0; --i) strides[i - 1] = strides[i] * dims[i];
    return {dims, memory::data_type::f32, strides};
}

memory::desc any_layout(const memory::dims& dims) { return {dims, memory::data_type::f32, memory::format_tag::any}; }

/// What oneDNN was asked for, in its words.
struct Dims {
    explicit Dims(const ConvolutionTask& task)
        : input{static_cast<memory::dim>(task.batch), task.geometry.input.channels, task.geometry.input.height,
                task.geometry.input.width},
          output{static_cast<memory::dim>(task.batch), task.geometry.output.channels, task.geometry.output.height,
                 task.geometry.output.width},
          weights{task.geometry.output.channels / task.geometry.groups,
                  task.geometry.input.channels / task.geometry.groups, task.geometry.kernel.height,
                  task.geometry.kernel.width} {
        if (task.geometry.groups > 1) weights.insert(weights.begin(), task.geometry.groups);
    }
    memory::dims input, output, weights;
};

dnnl::convolution_forward::primitive_desc describe(const ConvolutionTask& task, const Dims& dims,
                                                   const dnnl::engine& engine) {
    const Convolution& g = task.geometry;
    dnnl::primitive_attr attributes;
    // A scratchpad of oneDNN's own ties a primitive to the thread that made it, or to one thread at a time, as oneDNN
    // was built. Several threads call run() at once, each with a workspace.
    attributes.set_scratchpad_mode(dnnl::scratchpad_mode::user);
    // oneDNN counts the positions between two taps, not the distance: 0 is a dense kernel.
    const memory::dims dilation = {g.dilation.height - 1, g.dilation.width - 1};
    // Layouts are left to oneDNN, because its fast kernels want channels in blocks of their own. The direct algorithm
    // is asked for, since "auto" may choose Winograd's, which loses more of the 24 bits of a float.
    const auto make = [&](const memory::desc& bias) {
        return dnnl::convolution_forward::desc(dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct,
                                               any_layout(dims.input), any_layout(dims.weights), bias,
                                               any_layout(dims.output), spatial(g.stride), dilation, spatial(g.pad),
                                               end_padding(g));
    };
    return {make(task.bias.empty() ? memory::desc() : plain({g.output.channels})), attributes, engine};
}

class OnednnConvolution final : public FloatOperator {
public:
    explicit OnednnConvolution(const ConvolutionTask& task)
        : dims_(task),
          bias_(task.bias),
          description_(describe(task, dims_, engine_)),
          convolution_(description_),
          weights_(description_.weights_desc(), engine_) {
        dnnl::stream stream(engine_);
        const memory::desc given = plain(dims_.weights);
        memory source(given, engine_, const_cast<float*>(task.weights.data()));
        dnnl::reorder(source, weights_).execute(stream, source, weights_);
        stream.wait();
        // Where the layout that oneDNN chose is the plain one, no copy is made and no scratch taken.
        if (description_.src_desc() != plain(dims_.input)) {
            into_ = dnnl::reorder(
                dnnl::reorder::primitive_desc(engine_, plain(dims_.input), engine_, description_.src_desc()));
            input_bytes_ = aligned(description_.src_desc().get_size());
        }
        if (description_.dst_desc() != plain(dims_.output)) {
            out_of_ = dnnl::reorder(
                dnnl::reorder::primitive_desc(engine_, description_.dst_desc(), engine_, plain(dims_.output)));
            output_bytes_ = aligned(description_.dst_desc().get_size());
        }
    }

    std::size_t scratch_bytes() const override {
        return input_bytes_ + output_bytes_ + aligned(description_.scratchpad_desc().get_size());
    }

    /// Always computes the whole batch; what lies behind the last sample becomes results that nobody reads.
    void run(const FloatOperands& operands) const override {
        const SingleThread single;
        // A memory of oneDNN takes a pointer that could be written through, also for what is only read.
        float* const input = const_cast<float*>(operands.inputs[0]);
        dnnl::stream stream(engine_);
        memory given(plain(dims_.input), engine_, input);
        memory wanted(plain(dims_.output), engine_, operands.output);
        memory source = given;
        memory target = wanted;
        if (input_bytes_ != 0) {
            source = memory(description_.src_desc(), engine_, operands.scratch);
            into_.execute(stream, given, source);
        }
        if (output_bytes_ != 0) target = memory(description_.dst_desc(), engine_, operands.scratch + input_bytes_);
        execute(stream, source, target, operands.scratch + input_bytes_ + output_bytes_);
        if (output_bytes_ != 0) out_of_.execute(stream, target, wanted);
        stream.wait();
    }

private:
    void execute(dnnl::stream& stream, const memory& source, const memory& target, std::byte* scratchpad) const {
        std::unordered_map<int, memory> arguments = {
            {DNNL_ARG_SRC, source},
            {DNNL_ARG_WEIGHTS, weights_},
            {DNNL_ARG_DST, target},
            {DNNL_ARG_SCRATCHPAD, memory(description_.scratchpad_desc(), engine_, scratchpad)}};
        if (!bias_.empty()) {
            arguments.emplace(DNNL_ARG_BIAS,
                              memory(description_.bias_desc(), engine_, const_cast<float*>(bias_.data())));
        }
        convolution_.execute(stream, arguments);
    }

    dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
    Dims dims_;
    std::vector<float> bias_;
    dnnl::convolution_forward::primitive_desc description_;
    dnnl::convolution_forward convolution_;
    memory weights_;
    dnnl::reorder into_;    // from flat C·H·W to the convolution's own layout
    dnnl::reorder out_of_;  // and back
    std::size_t input_bytes_ = 0;
    std::size_t output_bytes_ = 0;
};

}  // namespace

std::unique_ptr<FloatOperator> make_fast_convolution(const ConvolutionTask& task) {
    // The limit holds here as in run(): weights are reordered at once, and oneDNN plans a primitive for the number of
    // threads that it finds when it makes it.
    const SingleThread single;
    try {
        return std::make_unique<OnednnConvolution>(task);
    } catch (const dnnl::error& error) {
        // Any other refusal means that oneDNN has no kernel for the task. Too little memory may not pass for one, or a
        // network would become slow without a word.
        if (error.status == dnnl_out_of_memory) throw std::bad_alloc();
        return nullptr;
    }
}

}  // namespace syncopate
