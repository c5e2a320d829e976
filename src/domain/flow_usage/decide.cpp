#include "domain/flow_usage/decide.hpp"

#include <algorithm>

namespace kontor::domain::flow_usage {
namespace {

bool was_counted(const FlowUsage& usage, const Report& report) {
  const auto writer = std::ranges::find(usage.writers, report.writer, &Writer::id);
  return writer != usage.writers.end() && report.number <= writer->last_report;
}

void remember(std::vector<Writer>& writers, const Report& report) {
  std::erase_if(writers, [&](const Writer& each) { return each.id == report.writer; });
  writers.push_back({report.writer, report.number});
  if (writers.size() > writers_max) writers.erase(writers.begin());
}

void tell_access(Decision& decision, const Access& access) {
  auto& usage = decision.next;
  if (std::ranges::find(usage.grants, access.grant) != usage.grants.end()) return;
  usage.grants.push_back(access.grant);
  if (usage.grants.size() > grants_max) usage.grants.erase(usage.grants.begin());
  usage.last_access = access;
  decision.happened.emplace_back(access_begun);
}

/// However many come, a row a minute.
void tell_refusals(Decision& decision, Instant now) {
  auto& usage = decision.next;
  const bool soon = usage.refusals_told_at && now < *usage.refusals_told_at + refusals_told_every;
  if (soon || usage.counters.refused == usage.refused_told) return;
  usage.refused_told = usage.counters.refused;
  usage.refusals_told_at = now;
  decision.happened.emplace_back(access_refused);
}

Decision count(FlowUsage usage, const Report& report, Instant now) {
  Decision decision{.next = std::move(usage)};
  if (was_counted(decision.next, report)) return decision;
  auto& next = decision.next;
  next.counters += report.more;
  next.last_at = std::max(next.last_at, now);
  if (!report.refusal.empty()) next.last_refusal = report.refusal;
  remember(next.writers, report);
  if (report.access) tell_access(decision, *report.access);
  tell_refusals(decision, now);
  return decision;
}

}  // namespace

Counters& Counters::operator+=(const Counters& more) {
  requests += more.requests;
  refused += more.refused;
  sent_bytes += more.sent_bytes;
  received_bytes += more.received_bytes;
  return *this;
}

Result<Decision> decide(const FlowUsage* current, const Event& event, Instant now) {
  if (const auto* report = std::get_if<Report>(&event)) {
    if (current) return count(*current, *report, now);
    return count({.about = report->about, .since = now, .last_at = now}, *report, now);
  }
  if (!current) return fail(ErrorCode::not_found, "nothing was fetched or sent under this data flow");
  Decision decision{.next = *current};
  if (std::holds_alternative<Ended>(event)) {
    if (!current->ended_at) decision.next.ended_at = now;
  } else if (current->ended_at && !current->settled) {
    decision.next.settled = true;
    decision.happened.emplace_back(usage_settled);
  }
  return decision;
}

std::optional<Instant> Machine::due_at(const Entity& usage) {
  if (!usage.ended_at || usage.settled) return std::nullopt;
  return *usage.ended_at + settled_after;
}

}  // namespace kontor::domain::flow_usage
