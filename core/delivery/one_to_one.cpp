#include "core/delivery/delivery_kinds.hpp"
#include "core/index.hpp"
#include "core/layout.hpp"

#include <algorithm>
#include <iterator>

namespace syncopate {

namespace {

/// Synapses of which every source has one at most, and the sources of a row end in one row: what a pool, a scale or a
/// plain projection leaves. A spike costs one table entry and one sum.
class OneToOneDelivery final : public Delivery {
public:
    explicit OneToOneDelivery(const SparseSynapses& synapses) : target_row_(rows_of(synapses), none) {
        const Layout input(synapses.input), output(synapses.output);
        // A source without a synapse adds 0 to the first neuron of the row.
        std::vector<Entry> entries(input.size());
        for (std::size_t i = 0; i < input.size(); ++i) {
            if (synapses.begin[i + 1] == synapses.begin[i]) continue;
            const std::size_t first = synapses.begin[i];
            const std::size_t to = output.place_of(to_size(synapses.targets[first]));
            const std::size_t from = input.place_of(i);
            target_row_[from / input.row_size()] = static_cast<std::int32_t>(to / output.row_size());
            entries[from] = {static_cast<std::uint32_t>(to % output.row_size()), synapses.weights[first]};
        }
        keep_tables(entries, input.row_size());
    }

    BandReach reach(std::int32_t first_row, std::int32_t last_row) const override {
        BandReach reach;
        for (std::size_t y = 0; y < target_row_.size(); ++y) {
            // A row without any synapse is left out altogether; its spikes then cost nothing at all.
            if (target_row_[y] == none || target_row_[y] < first_row || target_row_[y] >= last_row) continue;
            const auto place = static_cast<std::uint32_t>(reach.target_rows.size());
            reach.sources.push_back({static_cast<std::int32_t>(y), place, place + 1});
            reach.target_rows.push_back({target_row_[y] - first_row, 0});
        }
        return reach;
    }
    void add_events(const Window::Row& events, const Destination<std::int32_t>& to) const override {
        const Entry* const table = table_at(to.source_row);
        std::int32_t* const sums = to.rows.front().origin;
        for (std::size_t e = 0; e < events.positions.size(); ++e) {
            const Entry& entry = table[events.positions[e]];
            sums[entry.target] += entry.weight * (events.amplitudes.empty() ? 1 : events.amplitudes[e]);
        }
    }
    void add_values(std::span<const Charge> values, const Destination<Charge>& to) const override {
        const Entry* const table = table_at(to.source_row);
        Charge* const sums = to.rows.front().origin;
        // All positions, also where the value is 0: a test for each would cost as much as the sum.
        for (std::size_t position = 0; position < values.size(); ++position)
            sums[table[position].target] += values[position] * table[position].weight;
    }

private:
    static constexpr std::int32_t none = -1;

    struct Entry {
        std::uint32_t target = 0;  // in the row
        std::int32_t weight = 0;
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    static std::size_t rows_of(const SparseSynapses& synapses) { return to_size(synapses.input.height); }

    /// Rows that act alike share a table, which keeps it in the cache.
    void keep_tables(const std::vector<Entry>& entries, std::size_t row_size) {
        for (std::size_t y = 0; y < target_row_.size(); ++y) {
            const auto row = std::span(entries).subspan(y * row_size, row_size);
            const bool is_alike =
                y > 0 && std::ranges::equal(row, std::span(entries_).subspan(table_of_row_.back(), row_size));
            table_of_row_.push_back(is_alike ? table_of_row_.back() : entries_.size());
            if (!is_alike) entries_.insert(entries_.end(), row.begin(), row.end());
        }
    }

    const Entry* table_at(std::int32_t source_row) const {
        return entries_.data() + table_of_row_[to_size(source_row)];
    }

    std::vector<std::int32_t> target_row_;  // of every source row
    std::vector<Entry> entries_;
    std::vector<std::size_t> table_of_row_;
};

std::optional<double> one_to_one_cost(const Synapses& synapses, const Shape&) {
    const auto* s = std::get_if<SparseSynapses>(&synapses);
    if (s == nullptr) return std::nullopt;
    const Layout input(s->input), output(s->output);
    std::vector<std::size_t> row(input.rows(), output.rows());
    for (std::size_t i = 0; i < input.size(); ++i) {
        if (s->begin[i + 1] == s->begin[i]) continue;
        const std::size_t y = output.place_of(to_size(s->targets[s->begin[i]])) / output.row_size();
        std::size_t& expected = row[input.place_of(i) / input.row_size()];
        if (expected == output.rows()) expected = y;
        if (s->begin[i + 1] - s->begin[i] > 1 || expected != y) return std::nullopt;
    }
    // Sums that one spike costs on average, the unit in which all kinds state their cost.
    return static_cast<double>(s->targets.size()) / static_cast<double>(std::max<std::size_t>(1, input.size()));
}

}  // namespace

DeliveryKind one_to_one_delivery() {
    return {"one_to_one", "a table of one synapse for each source, where none has more", one_to_one_cost,
            [](const Synapses& synapses, const Shape&) -> std::unique_ptr<const Delivery> {
                return std::make_unique<OneToOneDelivery>(std::get<SparseSynapses>(synapses));
            }};
}

}  // namespace syncopate
