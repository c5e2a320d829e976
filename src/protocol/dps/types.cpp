#include "protocol/dps/types.hpp"

#include <algorithm>
#include <array>

#include "base/text/beginning.hpp"

namespace kontor::protocol::dps {
namespace {

constexpr json::EnumNames<State, 8> written_names{{{State::initialized, "INITIALIZED"},
                                                   {State::preparing, "PREPARING"},
                                                   {State::prepared, "PREPARED"},
                                                   {State::starting, "STARTING"},
                                                   {State::started, "STARTED"},
                                                   {State::completed, "COMPLETED"},
                                                   {State::suspended, "SUSPENDED"},
                                                   {State::terminated, "TERMINATED"}}};

constexpr json::EnumNames<State, 3> early_names{{{State::initialized, "INITIATING"},
                                                 {State::initialized, "UNINITIALIZED"},
                                                 {State::preparing, "PEPARING"}}};

/// The states as numbers, 50 apart.
constexpr std::array numbered{State::initialized, State::preparing, State::prepared,  State::starting,
                              State::started,     State::completed, State::suspended, State::terminated};

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return result;
}

}  // namespace

std::string_view state_name(State state) {
  return written_names.name(state);
}

Result<void> read(const json::Node& node, State& out) {
  if (const auto* number = node.value().if_int64()) {
    const auto index = static_cast<std::uint64_t>(*number) / 50;
    if (*number < 0 || *number % 50 != 0 || index >= numbered.size()) {
      return invalid(node.pointer(), "{} is no number of a state", *number);
    }
    out = numbered[index];
    return {};
  }
  std::string text;
  if (auto done = json::read(node, text); !done) return done;
  const auto name = upper(text::beginning(text, 64));
  if (auto state = early_names.value(name)) {
    out = *state;
    return {};
  }
  const json::Value canonical(name);
  return json::read_enum(json::Node(canonical, node.pointer()), written_names, out);
}

json::Value write(State state) {
  return json::Value(state_name(state));
}

std::optional<Direction> direction_of(std::string_view profile) {
  const auto name = upper(profile);
  if (name.ends_with("-PUSH")) return Direction::push;
  if (name.ends_with("-PULL")) return Direction::pull;
  return std::nullopt;
}

}  // namespace kontor::protocol::dps
