#include "tck/dcp/conformance/cases.hpp"

namespace kontor::tck::dcp {

std::vector<Case> all_cases() {
  std::vector<Case> all;
  append(all, issuance_cs());
  append(all, presentation_cs());
  append(all, issuance_issuer());
  append(all, presentation_verifier());
  return all;
}

void append(std::vector<Case>& all, std::vector<Case> more) {
  for (auto& each : more) all.push_back(std::move(each));
}

Play broken(Make make, Fault fault) {
  return [make = std::move(make), fault](Stage& stage) {
    const auto message = make(stage);
    const auto header = fault == Fault::no_header ? "" : stage.proof(message, fault).header();
    refused(stage.send(message, header));
    accepted(stage.send(make(stage)));
  };
}

Play broken(Make make, std::function<void(Stage&, Message&, Proof&)> change) {
  return [make = std::move(make), change = std::move(change)](Stage& stage) {
    auto message = make(stage);
    auto proof = stage.proof(message);
    change(stage, message, proof);
    refused(stage.send(message, proof));
    accepted(stage.send(make(stage)));
  };
}

Play used_twice(Make make) {
  return [make = std::move(make)](Stage& stage) {
    const auto first = make(stage);
    const auto id = stage.proof(first).claims.jti;
    auto proof = stage.proof(first);
    proof.claims.jti = id;
    accepted(stage.send(first, proof));
    const auto second = make(stage);
    proof = stage.proof(second);
    proof.claims.jti = id;
    refused(stage.send(second, proof));
  };
}

std::vector<Case> cases_of_proofs(const std::string& prefix, const Endings& endings, const Make& make) {
  const auto named = [&](std::string_view ending) { return prefix + std::string(ending); };
  return {{named(endings.no_header), broken(make, Fault::no_header)},
          {named(endings.no_scheme), broken(make, Fault::no_scheme)},
          {named(endings.wrong_key), broken(make, Fault::wrong_key)},
          {named(endings.expired), broken(make, Fault::expired)},
          {named(endings.issued_in_future), broken(make, Fault::issued_in_future)},
          {named(endings.not_yet_valid), broken(make, Fault::not_yet_valid)},
          {named(endings.other_audience), broken(make, Fault::other_audience)},
          {named(endings.other_subject), broken(make, Fault::other_subject)},
          {named(endings.used_twice), used_twice(make)}};
}

}  // namespace kontor::tck::dcp
