#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/offer/documents.hpp"
#include "domain/offer/offer_id.hpp"
#include "protocol/dsp/catalog.hpp"

/// What may be offered to whom, as pure rules over what the service has loaded.
namespace kontor::domain::offer {

/// Whether the definition's selector covers the asset.
bool covers(const ContractDefinition& definition, const Asset& asset);

/// Whether somebody else may ask for assets like this: by what a catalog shows of them, in the filter and in
/// the order alike. What is private could be found out by asking for it. Errors: invalid_input.
Result<void> check_asked_by_others(const protocol::query::Query& query);

/// A definition whose access policy the counter-party satisfies, with its contract policy.
struct VisibleDefinition {
  const ContractDefinition* definition;
  const odrl::Policy* contract_policy;
};

/// How an asset's data can be had.
struct Access {
  std::vector<std::string> transfer_types;
  dsp::DataService service;  ///< our own connector for the profile
};

/// What is unique about an offer, given by the caller: pure code has no randomness.
using UniqueParts = std::function<std::string()>;

/// The dataset of the catalog: an offer for each definition that covers the asset and whose policy the
/// protocol lets us offer, a distribution for each transfer type. Nothing without an offer or without a
/// transfer type.
std::optional<dsp::Dataset> dataset_of(const Asset& asset, const std::vector<VisibleDefinition>& definitions,
                                       const Access& access, const UniqueParts& unique);

/// The nested catalog that stands for an asset which points to another catalog. Nothing where no definition
/// covers it, or its `endpointURL` or `format` is missing.
std::optional<dsp::Catalog> nested_catalog_of(const Asset& asset,
                                              const std::vector<VisibleDefinition>& definitions);

/// Whether offers are made of a contract policy: one without rules says nothing that could be agreed upon.
/// Errors: invalid_input.
Result<void> check_offered(const odrl::Policy& contract_policy);

/// The contract policy as an offer with this id; with the asset as target when it goes into a message.
odrl::Policy offer_of(const odrl::Policy& contract_policy, const OfferId& id);
odrl::Policy message_offer_of(const odrl::Policy& contract_policy, const OfferId& id, const Did& assigner);

/// Whether a requested offer is one of ours: its id names a definition and asset that were loaded for it, its
/// target is that asset, the definition covers the asset, and the policy says what our contract policy says.
/// The consumer's wording is never taken over: the result is our own offer under the requested id. Errors:
/// not_found (another definition or asset), invalid_input with the difference.
struct Requested {
  const odrl::Policy& offer;
  const ContractDefinition& definition;
  const Asset& asset;
  const odrl::Policy& contract_policy;
  const Did& assigner;
};
Result<odrl::Policy> accept_request(const Requested& requested);

/// The agreement about an offer: its rules unchanged, in their order and types; the provider as assigner, the
/// consumer as assignee, the dataset as target, to the second.   [DSP 2025-1, contract negotiation protocol]
struct AgreementTerms {
  dsp::AgreementId id;
  Did provider;
  Did consumer;
  Instant now;
};
odrl::Policy agreement_for(const odrl::Policy& offer, const AgreementTerms& terms);

}  // namespace kontor::domain::offer
