#include "io/report/figure_files.hpp"

#include "core/error.hpp"
#include "io/files/new_file.hpp"
#include "io/plot/picture_file.hpp"

#include <string>
#include <system_error>

namespace syncopate::report {

namespace {

bool is_figure(const std::filesystem::path& path) {
    const std::string name = path.filename().string(), ending = path.extension().string();
    return name.starts_with("figure-") && (ending == ".svg" || ending == ".pdf" || ending == ".csv");
}

}  // namespace

void remove_figures(const std::filesystem::path& report_folder) {
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(report_folder / figures_folder, error)) {
        if (is_figure(entry.path()) && entry.is_regular_file(error)) std::filesystem::remove(entry.path(), error);
    }
    std::filesystem::remove(report_folder / figures_folder, error);  // unless something else is there
}

void write_figures(const std::vector<ReportFigure>& figures, const std::filesystem::path& report_folder) {
    const std::filesystem::path folder = report_folder / figures_folder;
    // A report with fewer figures than the one before would leave some that belong to nothing.
    remove_figures(report_folder);
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    if (!std::filesystem::is_directory(folder))
        throw Error(folder.string() + ": cannot make this folder for the figures: " + error.message());
    for (const ReportFigure& figure : figures) {
        for (const char* ending : {".svg", ".pdf"}) write_picture(figure.figure, folder / (figure.name + ending));
        if (figure.figure.csv.empty()) continue;
        NewFile file(folder / (figure.name + ".csv"));
        file.stream() << figure.figure.csv;
        file.keep();
    }
}

}  // namespace syncopate::report
