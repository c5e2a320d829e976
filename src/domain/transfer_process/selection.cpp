#include "domain/transfer_process/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace kontor::domain::transfer_process {
namespace {

bool holds(const std::vector<std::string>& all, const std::string& wanted) {
  return std::ranges::find(all, wanted) != all.end();
}

bool is_near(const Candidate& candidate, const Wanted& wanted) {
  return !wanted.near.empty() && holds(candidate.labels, "location=" + wanted.near);
}

std::optional<Judgement> absence(const Candidate& candidate, Instant now) {
  if (candidate.good_until && *candidate.good_until <= now) {
    return Judgement{candidate.id, Verdict::gone,
                     fmt::format("has not registered again by {}", format_instant(*candidate.good_until))};
  }
  if (candidate.silent_until && now < *candidate.silent_until) {
    return Judgement{
        candidate.id, Verdict::silent,
        fmt::format("did not answer; is not preferred before {}", format_instant(*candidate.silent_until))};
  }
  return {};
}

Judgement judge(const Candidate& candidate, const Wanted& wanted, Instant now) {
  const auto verdict = [&](Verdict what, std::string reason) {
    return Judgement{candidate.id, what, std::move(reason)};
  };
  if (!holds(candidate.transfer_types, wanted.transfer_type)) {
    return verdict(Verdict::other_transfer_types,
                   fmt::format("serves {}, and not {}", fmt::join(candidate.transfer_types, ", "),
                               wanted.transfer_type));
  }
  const auto missing = std::ranges::find_if(
      wanted.labels, [&](const std::string& label) { return !holds(candidate.labels, label); });
  if (missing != wanted.labels.end()) {
    return verdict(Verdict::lacks_labels, fmt::format("has no label {}", *missing));
  }
  if (auto absent = absence(candidate, now)) return std::move(*absent);
  const auto load = candidate.load_percent ? fmt::format("a load of {} % and {} orders since",
                                                         *candidate.load_percent, candidate.orders)
                                           : fmt::format("{} orders under way", candidate.orders);
  return verdict(Verdict::suits,
                 fmt::format("suits{}, with {}", is_near(candidate, wanted) ? " and is near" : "", load));
}

}  // namespace

Selection select(const std::vector<Candidate>& candidates, const Wanted& wanted, Instant now) {
  Selection selection;
  const auto rank = [&](std::size_t index) {
    const auto& candidate = candidates[index];
    return std::tuple(selection.judgements[index].verdict == Verdict::silent, !is_near(candidate, wanted),
                      candidate.load_percent.value_or(0) + candidate.orders);
  };
  for (const auto& candidate : candidates) {
    selection.judgements.push_back(judge(candidate, wanted, now));
    const auto index = selection.judgements.size() - 1;
    const auto verdict = selection.judgements.back().verdict;
    if (verdict != Verdict::suits && verdict != Verdict::silent) continue;
    if (!selection.chosen || rank(index) < rank(*selection.chosen)) selection.chosen = index;
  }
  if (selection.chosen) selection.judgements[*selection.chosen].verdict = Verdict::chosen;
  return selection;
}

std::string Selection::reasons() const {
  std::string text;
  for (const auto& each : judgements) {
    text += fmt::format("{}'{}' {}", text.empty() ? "" : "; ", each.id, each.reason);
  }
  return text;
}

Judgement standing_of(const std::string& id, const std::vector<Candidate>& candidates, Instant now) {
  const auto found = std::ranges::find(candidates, id, &Candidate::id);
  if (found == candidates.end()) {
    return {id, Verdict::not_registered, "is not registered any more: what it is told ends the transfer"};
  }
  if (auto absent = absence(*found, now)) return std::move(*absent);
  return {id, Verdict::chosen, "is registered"};
}

}  // namespace kontor::domain::transfer_process
