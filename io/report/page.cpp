#include "io/report/page.hpp"

#include "io/plot/escape.hpp"

namespace syncopate::report {

namespace {

constexpr std::string_view style = R"css(
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;padding:28px 32px 64px;max-width:1000px;background:#fff;color:#222;
 font:15px/1.5 Helvetica,Arial,sans-serif}
h1{font-size:26px;line-height:1.2;margin:0 0 12px;font-weight:600}
h2{font-size:19px;margin:44px 0 10px;padding-bottom:5px;border-bottom:1px solid #ccc;font-weight:600}
h3{font-size:15px;margin:26px 0 8px;font-weight:600}
p{margin:0 0 12px;max-width:46em}
ul{margin:0 0 12px;padding-left:20px;max-width:46em}
li{margin:3px 0}
code{font:12px/1.4 "DejaVu Sans Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
figure{margin:18px 0 30px;break-inside:avoid}
figure svg{display:block;width:100%;max-width:816px;height:auto}
figcaption,.caption{font-size:13px;line-height:1.45;color:#444;text-align:left;max-width:64em}
figcaption{margin-top:8px}
.caption{margin:14px 0 6px}
figcaption b,.caption b{color:#222}
.save{font-size:12px;margin-left:6px;white-space:nowrap}
.save a{color:#0072b2;margin-left:4px}
.scroll{overflow-x:auto;margin:0 0 24px}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums;line-height:1.35;
 border-top:1.5px solid #222;border-bottom:1.5px solid #222}
th,td{padding:4px 10px 4px 0;text-align:left;vertical-align:top}
th{font-weight:600;border-bottom:1px solid #222;vertical-align:bottom}
th.number,td.number{text-align:right;padding-left:6px}
td.number,td:first-child{white-space:nowrap}
tr.rule td{border-top:1px solid #ddd}
tr.bad td{background:#fbe9e0}
.better,.worse{white-space:nowrap}
.pass{color:#00694b}
.fail,.worse{color:#a84300;font-weight:600}
.better{color:#005b8f;font-weight:600}
.quiet{color:#6b6b6b}
.failure{border:3px solid #d55e00;background:#fdf0e8;padding:12px 18px;margin:16px 0 22px}
.failure h3,.warning h3{margin:0 0 6px}
.warning{border-left:4px solid #e69f00;background:#fdf7ea;padding:10px 18px;margin:16px 0 22px}
@media (max-width:760px){body{padding:16px 16px 48px} table{font-size:11px} th,td{padding:3px 4px 3px 0}
 th.number,td.number{padding-left:2px}}
@page{size:A4;margin:15mm}
@media print{
 figure svg{max-height:225mm}
 body{padding:0;max-width:none;font-size:10pt;line-height:1.4}
 table{font-size:8pt}
 th,td{padding:2px 10px 2px 0}
 figcaption,.caption{font-size:8.5pt}
 .save{display:none}
 .scroll{overflow:visible}
 h2,h3{break-after:avoid}
 tr{break-inside:avoid}
 thead{display:table-header-group}
 *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
)css";

}  // namespace

Page::Page(std::string_view title) {
    const std::string name = escaped(title);
    text_ = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
    text_ += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    text_ += "<title>" + name + "</title>\n<style>" + std::string(style) + "</style>\n</head>\n<body>\n";
    text_ += "<h1>" + name + "</h1>\n";
}

void Page::section(std::string_view id, std::string_view heading) {
    section_ = id;
    text_ += "<h2 id=\"" + escaped(id) + "\">" + std::to_string(++sections_) + " " + std::string(heading) + "</h2>\n";
}

void Page::subsection(std::string_view heading) { text_ += "<h3>" + std::string(heading) + "</h3>\n"; }

void Page::paragraph(std::string_view text) { text_ += "<p>" + std::string(text) + "</p>\n"; }

void Page::box(std::string_view kind, std::string_view content) {
    text_ += "<div class=\"" + std::string(kind) + "\">" + std::string(content) + "</div>\n";
}

void Page::list(const std::vector<std::string>& items) {
    text_ += "<ul>\n";
    for (const std::string& item : items) text_ += "<li>" + item + "</li>\n";
    text_ += "</ul>\n";
}

void Page::figure(const Figure& figure, std::string_view caption) {
    const std::string number = std::to_string(figures_.size() + 1);
    figures_.push_back({"figure-" + std::string(number.size() < 2 ? "0" : "") + number + "-" + section_, figure});
    text_ += "<figure id=\"figure-" + number + "\">\n" + figure.svg();
    text_ += "<figcaption><b>Figure " + number + ".</b> " + std::string(caption) + "<span class=\"save\">";
    for (const auto& [ending, name] : {std::pair{".svg", "SVG"}, std::pair{".pdf", "PDF"}, std::pair{".csv", "CSV"}}) {
        if (std::string_view(ending) == ".csv" && figure.csv.empty()) continue;
        text_ += " <a href=\"figures/" + figures_.back().name + ending + "\">" + name + "</a>";
    }
    text_ += "</span></figcaption>\n</figure>\n";
}

void Page::table(const Table& table) {
    const std::string number = std::to_string(++tables_);
    // Beside the table, not in it: a table may be wider than the window, and is then moved behind it.
    text_ +=
        "<p class=\"caption\" id=\"table-" + number + "\"><b>Table " + number + ".</b> " + table.caption() + "</p>\n";
    text_ +=
        "<div class=\"scroll\"><table aria-labelledby=\"table-" + number + "\">\n" + table.body() + "</table></div>\n";
}

std::string Page::finish() const { return text_ + "</body>\n</html>\n"; }

}  // namespace syncopate::report
