#include "protocol/cel/internal/functions.hpp"

namespace kontor::protocol::cel {
namespace {

using Part = std::int64_t (*)(const Calendar&);

Function in_utc(std::string name, Part part) {
  return {std::move(name),
          {Kind::timestamp},
          Kind::int64,
          [part](Arguments arguments, Meter&) -> Result<Value> {
            return part(calendar(*arguments[0].if_timestamp(), std::chrono::seconds(0)));
          },
          true};
}

Function in_zone(std::string name, Part part) {
  return {std::move(name),
          {Kind::timestamp, Kind::string},
          Kind::int64,
          [part](Arguments arguments, Meter&) -> Result<Value> {
            auto offset = parse_zone(*arguments[1].if_string());
            if (!offset) return fail(std::move(offset.error()));
            return part(calendar(*arguments[0].if_timestamp(), *offset));
          },
          true};
}

/// The whole duration in a unit, and of milliseconds those behind the last second.
template <class Unit>
Function of_duration(std::string name) {
  return {std::move(name),
          {Kind::duration},
          Kind::int64,
          [](Arguments arguments, Meter&) -> Result<Value> {
            const auto count = std::chrono::duration_cast<Unit>(*arguments[0].if_duration()).count();
            return std::int64_t{std::same_as<Unit, std::chrono::milliseconds> ? count % 1000 : count};
          },
          true};
}

}  // namespace

std::vector<Function> time_functions() {
  struct Row {
    const char* name;
    Part part;
  };
  constexpr Row rows[] = {
      {"getFullYear", [](const Calendar& at) { return at.year; }},
      {"getMonth", [](const Calendar& at) { return at.month; }},
      {"getDate", [](const Calendar& at) { return at.day_of_month; }},
      {"getDayOfMonth", [](const Calendar& at) { return at.day_of_month - 1; }},
      {"getDayOfWeek", [](const Calendar& at) { return at.day_of_week; }},
      {"getDayOfYear", [](const Calendar& at) { return at.day_of_year; }},
      {"getHours", [](const Calendar& at) { return at.hours; }},
      {"getMinutes", [](const Calendar& at) { return at.minutes; }},
      {"getSeconds", [](const Calendar& at) { return at.seconds; }},
      {"getMilliseconds", [](const Calendar& at) { return at.milliseconds; }},
  };
  std::vector<Function> functions{
      of_duration<std::chrono::hours>("getHours"),
      of_duration<std::chrono::minutes>("getMinutes"),
      of_duration<std::chrono::seconds>("getSeconds"),
      of_duration<std::chrono::milliseconds>("getMilliseconds"),
  };
  for (const auto& row : rows) {
    functions.push_back(in_utc(row.name, row.part));
    functions.push_back(in_zone(row.name, row.part));
  }
  return functions;
}

}  // namespace kontor::protocol::cel
