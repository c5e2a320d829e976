#include "domain/obtaining/choose.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "protocol/odrl/difference.hpp"

namespace kontor::domain::obtaining {
namespace {

constexpr std::size_t reasons_max = 5;

using Offers = std::vector<const odrl::Policy*>;

std::size_t terms_of(const odrl::Constraint& constraint) {
  if (constraint.kind == odrl::Constraint::Kind::atomic) return 1;
  std::size_t terms = 0;
  for (const auto& each : constraint.operands) terms += terms_of(each);
  return terms;
}

std::size_t terms_of(const odrl::Rule& rule) {
  std::size_t terms = rule.duties.size();
  for (const auto& each : rule.constraints) terms += terms_of(each);
  for (const auto& each : rule.action.refinements) terms += terms_of(each);
  for (const auto& each : rule.duties) terms += terms_of(each);
  return terms;
}

std::size_t terms_of(const odrl::Policy& policy) {
  std::size_t terms = policy.prohibitions.size() + policy.obligations.size();
  for (const auto* rules : {&policy.permissions, &policy.prohibitions, &policy.obligations}) {
    for (const auto& each : *rules) terms += terms_of(each);
  }
  return terms;
}

/// Those of the dataset, and those that hold for the distribution alone.
Offers offers_of(const dsp::Dataset& dataset, const dsp::Distribution& distribution) {
  Offers offers;
  for (const auto& each : dataset.offers) offers.push_back(&each);
  for (const auto& each : distribution.offers) offers.push_back(&each);
  return offers;
}

/// The reasons that a person reads first.
class Reasons {
 public:
  void add(const odrl::Policy& offer, std::string_view why) {
    if (++count_ > reasons_max) return;
    text_ += fmt::format("{}offer '{}' {}", text_.empty() ? "" : "; ", offer.id, why);
  }
  std::string text() const {
    if (count_ <= reasons_max) return text_;
    return fmt::format("{}; and {} more", text_, count_ - reasons_max);
  }

 private:
  std::size_t count_ = 0;
  std::string text_;
};

const odrl::Policy* accepted_of(const Offers& offers, const std::vector<odrl::Policy>& accepted,
                                Reasons& reasons) {
  for (const auto& policy : accepted) {
    for (const auto* offer : offers) {
      if (!odrl::difference(*offer, policy)) return offer;
    }
  }
  for (const auto* offer : offers) {
    const auto parts = odrl::difference(*offer, accepted.front());
    reasons.add(*offer, fmt::format("is not what is accepted: {}", parts ? parts->text : ""));
  }
  return nullptr;
}

const odrl::Policy* understood_of(const Offers& offers, const Problems& problems, Reasons& reasons) {
  Offers understood;
  for (const auto* offer : offers) {
    const auto wrong = problems(*offer);
    if (wrong.empty()) {
      understood.push_back(offer);
    } else {
      reasons.add(*offer, fmt::format("cannot be taken: {}", wrong.front()));
    }
  }
  const auto fewest =
      std::ranges::min_element(understood, {}, [](const odrl::Policy* offer) { return terms_of(*offer); });
  return fewest == understood.end() ? nullptr : *fewest;
}

std::unexpected<Failure> none(std::string reason) {
  return std::unexpected(Failure{Hop::offer, ErrorCode::policy_denied, std::move(reason), {}});
}

}  // namespace

std::expected<odrl::Policy, Failure> choose_offer(const Wanted& wanted, const dsp::Dataset& dataset,
                                                  const Problems& problems) {
  const auto& distributions = dataset.distributions;
  const auto distribution =
      std::ranges::find(distributions, wanted.transfer_type, &dsp::Distribution::format);
  if (distribution == distributions.end()) {
    std::string known;
    for (const auto& each : distributions) known += (known.empty() ? "" : ", ") + each.format;
    return std::unexpected(Failure{Hop::offer,
                                   ErrorCode::not_found,
                                   fmt::format("the dataset '{}' cannot be had as '{}', only as: {}",
                                               wanted.dataset, wanted.transfer_type, known),
                                   {}});
  }
  const auto offers = offers_of(dataset, *distribution);
  Reasons reasons;
  const auto* chosen = wanted.accepted.empty() ? understood_of(offers, problems, reasons)
                                               : accepted_of(offers, wanted.accepted, reasons);
  if (!chosen) {
    return none(fmt::format("no offer of the dataset '{}' can be accepted: {}", wanted.dataset,
                            offers.empty() ? "there is none" : reasons.text()));
  }
  auto offer = *chosen;
  offer.type = odrl::PolicyType::offer;
  offer.target = wanted.dataset.str();
  offer.assigner = wanted.counter_party.str();
  return offer;
}

bool accepts(const Wanted& wanted, const odrl::Policy& agreement) {
  return wanted.accepted.empty() || std::ranges::any_of(wanted.accepted, [&](const auto& policy) {
           return !odrl::difference(agreement, policy);
         });
}

}  // namespace kontor::domain::obtaining
