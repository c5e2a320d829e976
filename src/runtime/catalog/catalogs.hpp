#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "domain/offer/rules.hpp"
#include "platform/engine/engine.hpp"
#include "runtime/catalog/contract_definitions.hpp"
#include "runtime/catalog/page_place.hpp"
#include "runtime/catalog/published_policies.hpp"
#include "runtime/participant_context/participant_contexts.hpp"
#include "runtime/policy/policy_engine.hpp"

namespace kontor::runtime::catalog {

namespace offer = domain::offer;
namespace odrl = protocol::odrl;
namespace dsp = protocol::dsp;

/// An offer of ours that somebody asked for, with what it was made from.
struct RequestedOffer {
  offer::ContractDefinition definition;
  offer::Asset asset;
  odrl::Policy access_policy;
  odrl::Policy contract_policy;
};

/// Some of the datasets that somebody may see.
struct CatalogPage {
  dsp::Catalog catalog;
  bool more = false;  ///< there are others behind these
  PagePlace next;     ///< where they begin
};

/// Who looks at what a participant offers.
struct Viewer {
  ContextId context;  ///< the participant's
  std::string base;   ///< its address, under which the viewer came
  odrl::Subject subject;
};

/// What a participant offers to whom. The access policy of a contract definition decides who sees its offers;
/// the contract policy goes into the offer and is asked when it is negotiated. Each request evaluates each
/// policy once. Who may see a few definitions costs these, however many there are; who may see many costs the
/// assets on the page, and those between them that it may not see.
class Catalogs {
 public:
  struct Services {
    platform::engine::Engine& engine;
    participant_context::ParticipantContexts& contexts;
    policy::PolicyEngine& policies;
  };
  /// Who may see no more than `few_max` definitions is shown the assets of these.
  explicit Catalogs(Services services, std::size_t few_max = 1000)
      : services_(services), few_max_(few_max), policies_(services.engine), definitions_(services.engine) {}

  /// The datasets, and the catalogs that assets point to, that the viewer may see: those that match `query`,
  /// from the place on, as many as its limit. Place and limit count what the viewer may see; the query's
  /// offset is not looked at. Errors: invalid_input (the place is one of another query; the query asks for
  /// what is not shown).
  Task<Result<CatalogPage>> catalog(Viewer viewer, protocol::query::Query query, PagePlace place);
  /// Errors: not_found, also when the viewer may not see it.
  Task<Result<dsp::RootDataset>> dataset(Viewer viewer, dsp::DatasetId id);
  /// What an offer's id refers to, all of this context. Errors: not_found, invalid_input.
  Task<Result<RequestedOffer>> requested_offer(ContextId context, std::string offer_id);
  /// The transfer types that the context's data planes have for the asset.
  Task<Result<std::vector<std::string>>> transfer_types(ContextId context, const offer::Asset& asset);
  ContractDefinitions& definitions() { return definitions_; }

 private:
  struct Seen;
  struct Offers;
  Task<Result<Seen>> look(Viewer viewer);
  Task<Result<void>> collect(const Seen& seen, protocol::query::Query query, PagePlace place,
                             CatalogPage& page);
  Task<Result<bool>> offer_few(const Seen& seen, Offers& offers);
  Task<Result<void>> offer_assets(const Seen& seen,
                                  const std::vector<platform::engine::Loaded<offer::Asset>>& assets,
                                  Offers& offers);
  Task<Result<odrl::Policy>> policy_of(ContextId context, offer::PolicyDefinitionId id);
  /// Of the definitions that the viewer may see those that may cover the asset.
  static std::vector<offer::VisibleDefinition> covering(const Seen& seen, const Offers& offers,
                                                        const offer::Asset& asset);
  std::optional<dsp::Dataset> dataset_of(const Seen& seen, const Offers& offers, const offer::Asset& asset);

  Services services_;
  std::size_t few_max_;
  PublishedPolicies policies_;
  ContractDefinitions definitions_;
};

}  // namespace kontor::runtime::catalog
