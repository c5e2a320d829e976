#include "runtime/policy/time_operands.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/json/codec.hpp"
#include "base/text/beginning.hpp"
#include "protocol/odrl/names.hpp"
#include "runtime/policy/operand_values.hpp"
#include "runtime/policy/scopes.hpp"

namespace kontor::runtime::policy {

namespace {

constexpr std::string_view date_time_name = "dateTime";
constexpr std::string_view in_force_name = "inForceDate";
constexpr std::string_view age_name = "agreementAge";
constexpr std::string_view day_name = "dayOfWeek";
constexpr std::string_view agreement_prefix = "ontractAgreement+";  // behind either case of its first letter

std::optional<std::string_view> text_of(const json::Value& value) {
  const auto* text = value.if_string();
  return text ? std::optional<std::string_view>(*text) : std::nullopt;
}

std::unexpected<Error> not_a(std::string_view what, const json::Value& right) {
  return fail(ErrorCode::invalid_input, "{} is no {}", text::beginning(json::serialize(right), 100), what);
}

Result<Instant> instant_of(const json::Value& right) {
  Instant instant;
  if (!json::read(json::Node(right), instant)) return not_a("point in time", right);
  return instant;
}

struct Interval {
  Instant start;
  Instant end;
};

Result<Interval> interval_of(const json::Value& right) {
  const auto text = text_of(right);
  const auto slash = text ? text->find('/') : std::string_view::npos;
  if (slash == std::string_view::npos) return not_a("interval 'start/end'", right);
  auto start = instant_of(json::Value(text->substr(0, slash)));
  auto end = instant_of(json::Value(text->substr(slash + 1)));
  if (!start || !end || *end < *start) return not_a("interval 'start/end'", right);
  return Interval{*start, *end};
}

Result<bool> in_an_interval(Instant now, const json::Value& right) {
  bool inside = false;
  for (const auto& each : listed(right)) {
    auto interval = interval_of(each);
    if (!interval) return fail(std::move(interval.error()));
    inside = inside || (interval->start <= now && now < interval->end);
  }
  return inside;
}

Result<odrl::Finding> found(std::optional<bool> is_so, json::Value actual, const odrl::Constraint& asked) {
  if (is_so) return odrl::Finding{*is_so, std::move(actual)};
  return fail(ErrorCode::invalid_input, "{} is not compared by {}", asked.left_operand,
              odrl::operator_names.name(asked.op));
}

Result<odrl::Finding> date_time(const odrl::Constraint& asked, const odrl::Subject& subject,
                                odrl::Evaluating&) {
  if (asked.op == odrl::Operator::is_part_of) {
    auto inside = in_an_interval(subject.now, asked.right_operand);
    if (!inside) return fail(std::move(inside.error()));
    return odrl::Finding{*inside, json::write(subject.now)};
  }
  auto bound = instant_of(plain(asked.right_operand));
  if (!bound) return fail(std::move(bound.error()));
  return found(ordered(asked.op, subject.now, *bound), json::write(subject.now), asked);
}

/// A point in time, or one that long after the agreement was signed.
Result<Instant> force_bound(const json::Value& right, Instant signed_at) {
  auto text = text_of(right);
  const bool relative = text && !text->empty() && (text->front() == 'c' || text->front() == 'C') &&
                        text->substr(1).starts_with(agreement_prefix);
  if (!relative) return instant_of(right);
  text->remove_prefix(1 + agreement_prefix.size());
  const auto span = read_span(*text);
  if (!span) return not_a("point in time or 'contractAgreement+30d'", right);
  return signed_at + *span;
}

std::unexpected<Error> no_agreement(const odrl::Constraint& asked) {
  return fail(ErrorCode::invalid_input, "{} is about an agreement, and there is none yet",
              asked.left_operand);
}

Result<odrl::Finding> in_force(const odrl::Constraint& asked, const odrl::Subject& subject,
                               odrl::Evaluating&) {
  if (!subject.agreement) return no_agreement(asked);
  auto bound = force_bound(plain(asked.right_operand), subject.agreement->signed_at);
  if (!bound) return fail(std::move(bound.error()));
  return found(ordered(asked.op, subject.now, *bound), json::write(subject.now), asked);
}

Result<odrl::Finding> age(const odrl::Constraint& asked, const odrl::Subject& subject, odrl::Evaluating&) {
  if (!subject.agreement) return no_agreement(asked);
  const auto right = plain(asked.right_operand);
  const auto bound = read_span(text_of(right).value_or(""));
  if (!bound) return not_a("time span as '30d' or 'P30D'", right);
  const Duration actual = subject.now - subject.agreement->signed_at;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(actual).count();
  return found(ordered(asked.op, actual, *bound), json::Value(std::to_string(seconds) + "s"), asked);
}

constexpr std::array<std::string_view, 7> days_of_the_week{"monday", "tuesday",  "wednesday", "thursday",
                                                           "friday", "saturday", "sunday"};

std::string_view day_of(Instant at) {
  const std::chrono::weekday day(std::chrono::floor<std::chrono::days>(at));
  return days_of_the_week[day.iso_encoding() - 1];
}

Result<bool> holds_on(const odrl::Constraint& asked, std::string_view day) {
  using enum odrl::Operator;
  constexpr odrl::Operator comparing[] = {eq, neq, is_any_of, is_part_of, is_none_of};
  if (std::ranges::find(comparing, asked.op) == std::end(comparing))
    return fail(ErrorCode::invalid_input, "{} is compared by eq, neq, isAnyOf, isPartOf or isNoneOf",
                asked.left_operand);
  for (const auto& each : listed(asked.right_operand)) {
    const auto name = text_of(each).value_or("");
    if (std::ranges::find(days_of_the_week, name) == days_of_the_week.end())
      return not_a(fmt::format("day of the week: {}", fmt::join(days_of_the_week, ", ")), each);
  }
  auto is_so = holds(asked.op, {json::Value(day)}, asked.right_operand, Absence::is_known);
  if (!is_so) return fail(std::move(is_so.error()), "{}", asked.left_operand);
  return is_so;
}

Result<odrl::Finding> day_of_week(const odrl::Constraint& asked, const odrl::Subject& subject,
                                  odrl::Evaluating&) {
  const auto today = day_of(subject.now);
  auto is_so = holds_on(asked, today);
  if (!is_so) return fail(std::move(is_so.error()));
  return odrl::Finding{*is_so, json::Value(today)};
}

/// The midnights of a week at which the answer turns: what turns at all does so in every week.
TurningPoints turning_days(const odrl::Constraint& asked, Instant now) {
  TurningPoints turns;
  const auto today = std::chrono::floor<std::chrono::days>(now);
  for (int ahead = 1; ahead <= 7; ++ahead) {
    const Instant midnight = today + std::chrono::days(ahead);
    const auto before = holds_on(asked, day_of(midnight - Duration(1)));
    const auto after = holds_on(asked, day_of(midnight));
    if (before && after && *before != *after) turns.moments.push_back(midnight);
  }
  if (!turns.moments.empty()) turns.until = today + std::chrono::days(7);
  return turns;
}

/// One number with a unit; the rest stays in `text`.
std::optional<std::pair<std::int64_t, char>> take_part(std::string_view& text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end == text.data() + text.size()) return std::nullopt;
  const char unit = *end;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
  constexpr std::int64_t count_max = 1'000'000'000;
  if (count > count_max || count < -count_max) return std::nullopt;
  return std::pair(count, unit);
}

std::optional<Duration> part_of(std::int64_t count, char unit) {
  using namespace std::chrono;
  switch (unit) {
    case 's':
    case 'S':
      return seconds(count);
    case 'm':
    case 'M':
      return minutes(count);
    case 'h':
    case 'H':
      return hours(count);
    case 'd':
    case 'D':
      return days(count);
    case 'W':
      return weeks(count);
    default:
      return std::nullopt;
  }
}

std::optional<Duration> read_iso_span(std::string_view text) {
  Duration span{};
  bool in_time = false;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    if (!in_time && text.front() == 'T') {
      in_time = true;
      text.remove_prefix(1);
    }
    const auto part = take_part(text);
    if (!part || part->first < 0) return std::nullopt;
    const bool fits = std::string_view(in_time ? "HMS" : "WD").contains(part->second);
    const auto length = fits ? part_of(part->first, part->second) : std::nullopt;
    if (!length) return std::nullopt;
    span += *length;
  }
  return span;
}

}  // namespace

void bind_time_operands(odrl::ConstraintFunctions& functions) {
  const std::vector<odrl::Scope> everywhere{odrl::Scope("*")};
  const std::vector<odrl::Scope> under_an_agreement{transfer_scope, monitor_scope};
  for (std::string_view name : {date_time_name, std::string_view("odrl:dateTime")})
    functions.bind(name, everywhere, date_time);
  functions.bind(in_force_name, under_an_agreement, in_force);
  functions.bind(age_name, under_an_agreement, age);
  functions.bind(day_name, everywhere, day_of_week);
}

TurningPoints turning_points(const odrl::Constraint& asked, const Standpoint& from) {
  std::vector<Instant> bounds;
  const auto is = [name = odrl::normalized_name(asked.left_operand)](std::string_view known) {
    return name == odrl::normalized_name(known);
  };
  if (is(day_name)) return turning_days(asked, from.now);
  if (is(age_name)) {
    const auto right = plain(asked.right_operand);
    if (const auto span = read_span(text_of(right).value_or(""))) bounds.push_back(from.signed_at + *span);
  } else if (is(in_force_name)) {
    if (const auto bound = force_bound(plain(asked.right_operand), from.signed_at)) bounds.push_back(*bound);
  } else if (is(date_time_name) || is("odrl:dateTime")) {
    for (const auto& each : listed(asked.right_operand)) {
      if (const auto instant = instant_of(each)) bounds.push_back(*instant);
      const auto interval = interval_of(each);
      if (interval) bounds.insert(bounds.end(), {interval->start, interval->end});
    }
  }
  // At the bound and behind it are two answers: `eq` holds at it alone.
  TurningPoints points;
  for (const auto bound : bounds) points.moments.insert(points.moments.end(), {bound, bound + Duration(1)});
  return points;
}

std::optional<Duration> read_span(std::string_view text) {
  if (text.starts_with('P')) return read_iso_span(text.substr(1));
  const auto part = take_part(text);
  const bool fits = part && text.empty() && std::string_view("smhd").contains(part->second);
  return fits ? part_of(part->first, part->second) : std::nullopt;
}

}  // namespace kontor::runtime::policy
