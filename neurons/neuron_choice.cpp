#include "neurons/neuron_choice.hpp"

#include "core/error.hpp"
#include "core/number_text.hpp"
#include "core/split.hpp"

#include <charconv>

namespace syncopate {

namespace {

const ModelChoice* find_choice(std::string_view name) {
    for (const NeuronModel& model : neuron_models()) {
        for (const ModelChoice& choice : model.info().choices) {
            if (choice.name == name) return &choice;
        }
    }
    return nullptr;
}

/// "if[:V_INIT]"
std::string form_of(const ModelChoice& choice) {
    std::string text(choice.name), end;
    for (const std::string_view number : choice.numbers) {
        if (number.empty()) break;
        text += "[:";
        for (const char c : number) text += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
        end += "]";
    }
    return text + end;
}

/// Reads one number of a model, or sets it after a look at its range.
class OneNumber final : public ParameterVisitor {
public:
    explicit OneNumber(std::string_view name) : name_(name) {}
    OneNumber(std::string_view name, std::string_view text) : name_(name), text_(text) {}

    double value() const { return value_; }
    /// "v_init "99", must be between -64 and 64 thresholds", if that is so.
    const std::string& complaint() const { return complaint_; }

    void number(const ParameterInfo& info, double& value) override {
        if (info.name != name_) return;
        if (text_.data() != nullptr) read(info, value);
        value_ = value;
    }
    void number(const ParameterInfo&, std::optional<double>&) override {}
    void numbers(const ParameterInfo&, std::vector<double>&) override {}
    void whole(const ParameterInfo&, std::int32_t&) override {}
    void choice(const ParameterInfo&, std::span<const std::string_view>, std::size_t&) override {}
    void rule(const ParameterInfo&, Rearrangement&) override {}

private:
    void read(const ParameterInfo& info, double& value) {
        double stated = 0.0;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), stated);
        if (error == std::errc{} && end == text_.data() + text_.size() && info.allows(stated)) {
            value = stated;
        } else {
            complaint_ = std::string(name_) + " \"" + std::string(text_) + "\", must be " + info.range();
        }
    }

    std::string_view name_, text_;
    double value_ = 0.0;
    std::string complaint_;
};

double number_of(const NeuronModel& model, std::string_view name) {
    OneNumber number(name);
    model.show(number);
    return number.value();
}

}  // namespace

NeuronChoice::NeuronChoice() : NeuronChoice(parse_neuron_choice("if")) {}

std::string NeuronChoice::sentence() const {
    const NeuronModel as_named = named_->make();
    std::string text(named_->sentence);
    for (const std::string_view name : named_->numbers) {
        if (name.empty()) break;
        const double value = number_of(model_, name);
        if (value != number_of(as_named, name)) text += ", " + std::string(name) + " = " + number_text(value);
    }
    return text;
}

std::string to_string(const NeuronChoice& choice) {
    const NeuronModel as_named = choice.named_->make();
    std::string text(choice.named_->name), behind;
    for (const std::string_view name : choice.named_->numbers) {
        if (name.empty()) break;
        const double value = number_of(choice.model_, name);
        behind += ":" + number_text(value);
        // Numbers that are as the name implies are left out, but not in front of one that is not: the text has to be
        // read back as the same choice.
        if (value != number_of(as_named, name)) text += std::exchange(behind, {});
    }
    return text;
}

NeuronChoice parse_neuron_choice(std::string_view text) {
    const std::vector<std::string_view> words = split(text, ':');
    const std::string where = "neuron model \"" + std::string(text) + "\": ";
    const ModelChoice* const named = find_choice(words.front());
    if (named == nullptr) throw UsageError(where + "no such model; there are " + neuron_choice_help());
    NeuronChoice choice(*named, named->make());
    for (std::size_t w = 1; w < words.size(); ++w) {
        // A word too many is refused and not ignored: whoever wrote it meant something by it.
        const bool is_known = w <= named->numbers.size() && !named->numbers[w - 1].empty();
        if (!is_known)
            throw UsageError(where + "\"" + std::string(words[w]) + "\" is not understood; write " + form_of(*named));
        OneNumber number(named->numbers[w - 1], words[w]);
        choice.model_.change(number);
        if (!number.complaint().empty()) throw UsageError(where + number.complaint() + "; write " + form_of(*named));
    }
    return choice;
}

bool names_neuron_choice(std::string_view text) { return find_choice(split(text, ':').front()) != nullptr; }

std::string neuron_choice_help() {
    std::string text;
    for (const NeuronModel& model : neuron_models()) {
        for (const ModelChoice& choice : model.info().choices) text += (text.empty() ? "" : ", ") + form_of(choice);
    }
    return text;
}

}  // namespace syncopate
