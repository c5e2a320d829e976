#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/json/codec.hpp"
#include "base/text/beginning.hpp"

namespace kontor::json {

/// The states of an entity, each with its name and its number in the API that shows it: `inline constexpr
/// StateCodes state_codes{{{State::created, "CREATED", 100}, …}}`, every state once. What is stored has one
/// of the two.
template <class State>
struct StateCode {
  State state;
  std::string_view name;
  std::int32_t code;
};

template <class State, std::size_t N>
struct StateCodes {
  StateCode<State> rows[N];

  constexpr std::string_view name(State state) const { return row(state).name; }
  constexpr std::int32_t code(State state) const { return row(state).code; }

 private:
  constexpr const StateCode<State>& row(State state) const {
    for (const auto& each : rows) {
      if (each.state == state) return each;
    }
    return rows[0];
  }
};
template <class State, std::size_t N>
StateCodes(const StateCode<State> (&)[N]) -> StateCodes<State, N>;

/// The state of a name that stands at `pointer`. Errors: invalid_input, with the names that there are.
template <class State, std::size_t N>
Result<State> state_named(std::string_view name, const StateCodes<State, N>& codes, std::string pointer) {
  std::string known;
  for (const auto& row : codes.rows) {
    if (row.name == name) return row.state;
    known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  return invalid(std::move(pointer), "'{}' is none of: {}", text::beginning(name, 64), known);
}

template <class State, std::size_t N>
Result<void> read_state_name(const Node& node, const StateCodes<State, N>& codes, State& out) {
  std::string name;
  if (auto done = read(node, name); !done) return done;
  auto state = state_named(name, codes, node.pointer());
  if (!state) return fail(std::move(state.error()));
  out = *state;
  return {};
}

template <class State, std::size_t N>
Result<void> read_state_code(const Node& node, const StateCodes<State, N>& codes, State& out) {
  std::int32_t code = 0;
  if (auto done = read(node, code); !done) return done;
  for (const auto& row : codes.rows) {
    if (row.code != code) continue;
    out = row.state;
    return {};
  }
  return invalid(node.pointer(), "there is no state {}", code);
}

}  // namespace kontor::json
