#include "core/error.hpp"
#include "io/cli/commands.hpp"
#include "io/cli/convert_job.hpp"
#include "io/cli/whole_number.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace syncopate {

namespace {

constexpr const char* examples =
    "Examples:\n"
    "  syncopate convert qcfs.onnx -o net.json --mean 0.485,0.456,0.406 --std 0.229,0.224,0.225\n"
    "  syncopate convert relu.onnx -o net.json --threshold 99.9% --calibration cifar10 --split train --samples "
    "0:1000\n"
    "  syncopate convert vgg.onnx -o net.json --threshold 99.9% --calibration cifar10 --max-pool "
    "counts,features.43=gate";

}  // namespace

void add_convert_command(CLI::App& app, CommandLine& line) {
    auto options = std::make_shared<ConvertOptions>();
    CLI::App* command = app.add_subcommand("convert", "Turn a trained network (ONNX) into a spiking one");
    command->add_option("network", options->network, "ONNX file")->required();
    command
        ->add_option("-o,--output", options->output, "Network file to write (net.json, and net.safetensors beside it)")
        ->required();
    command->add_option("--threshold", options->threshold,
                        "Rule: qcfs (as trained), max, a percentile such as 99.9%, or a factor of max such as 0.8");
    command->add_flag("--per-channel", options->per_channel,
                      "Data-based thresholds for each channel instead of each layer");
    command->add_flag("--skip-zeros", options->skips_zeros, "Take percentiles over positive activations only");
    command
        ->add_option("--max-pool", options->max_pools,
                     "How max pooling spikes: counts (what the largest count of a window grows by, the default), gate "
                     "(the spikes of the input that leads) or average (another network); for one layer pool3=gate")
        ->delimiter(',');
    add_data_options(*command, options->calibration, "--calibration",
                     "Data set for data-based thresholds; use training data");
    command->add_option("--v-init", options->v_init,
                        "Membrane potential at the start, in thresholds: half, 0 or a number (default: half)");
    command->add_option("--fraction-bits", options->fraction_bits, "Fraction bits of weights and potentials")
        ->check(whole_number(1, 24))
        ->capture_default_str();
    command
        ->add_option("--encoding", options->encoding,
                     "How the input enters: direct (constant current) or bernoulli (random spikes)")
        ->check(CLI::IsMember({"direct", "bernoulli"}))
        ->capture_default_str();
    command->add_option("--mean", options->mean, "Mean of each channel, subtracted from pixels times --scale")
        ->delimiter(',');
    command->add_option("--std", options->std, "Standard deviation of each channel, divided by")->delimiter(',');
    command
        ->add_option(
            "--scale", options->scale,
            "Factor of pixels 0 … 255 (of values 0 … 1, 255 times as much); 1 for a network that takes raw pixels")
        ->capture_default_str();
    command->add_option("--resize", options->resize,
                        "Size to which images are resized first: 224x224 (plain bilinear), or 256 for the shorter side "
                        "(bilinear with antialiasing, as torchvision's)");
    command->add_option("--center-crop", options->center_crop, "Then cut from the middle: 224, or 192x224");
    command->add_option("--input-shape", options->input_shape,
                        "Size of a sample where the ONNX file leaves it open, as 3x224x224");
    command->add_flag("--channels-last", options->is_channels_last,
                      "The ONNX file takes images as HxWxC (TensorFlow): take them as data sets have them, CxHxW");
    command->add_option("--classes", options->classes, "Names of the classes")->delimiter(',');
    command
        ->add_option("--threads", options->threads,
                     "Threads for calibration (default: as many as processors may be used); no result depends on them")
        ->check(whole_number(1, 1024));
    command->add_flag("--quiet,-q", options->is_quiet, "No progress and no table");
    command->add_option("--json", options->json, "Write what was done as JSON, - for stdout");
    command->footer(examples);
    command->callback([options, &line] { line.status = convert_job(*options); });
}

}  // namespace syncopate
