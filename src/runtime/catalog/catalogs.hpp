#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/offer/rules.hpp"
#include "platform/engine/engine.hpp"
#include "runtime/dsp_endpoint/dsp_peers.hpp"
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
};

/// Who looks at what a participant offers.
struct Viewer {
  ContextId context;  ///< the participant's
  std::string base;   ///< its address, under which the viewer came
  odrl::Subject subject;
};

/// What a participant offers to whom. The access policy of a contract definition decides who sees its offers;
/// the contract policy goes into the offer and is asked when it is negotiated.
class Catalogs {
 public:
  struct Services {
    platform::engine::Engine& engine;
    participant_context::ParticipantContexts& contexts;
    policy::PolicyEngine& policies;
    dsp_endpoint::DspPeers& peers;
  };
  explicit Catalogs(Services services) : services_(services) {}

  /// The datasets that the viewer may see: those that match `query`, from its offset on, as many as its
  /// limit. Both count what the viewer may see.
  Task<Result<CatalogPage>> catalog(Viewer viewer, protocol::query::Query query);
  /// Errors: not_found, also when the viewer may not see it.
  Task<Result<dsp::RootDataset>> dataset(Viewer viewer, dsp::DatasetId id);
  /// What an offer's id refers to, all of this context. Errors: not_found, invalid_input.
  Task<Result<RequestedOffer>> requested_offer(ContextId context, std::string offer_id);
  /// The transfer types that the context's data planes have for the asset.
  Task<Result<std::vector<std::string>>> transfer_types(ContextId context, const offer::Asset& asset);

 private:
  struct Visible {
    std::string base;
    std::vector<offer::ContractDefinition> definitions;
    std::map<std::string, odrl::Policy> policies;
  };
  Task<Result<void>> collect(ContextId context, const Visible& visible, protocol::query::Query query,
                             CatalogPage& page);
  Task<Result<Visible>> visible(const Viewer& viewer);
  Task<Result<odrl::Policy>> policy_of(ContextId context, offer::PolicyDefinitionId id);
  Task<Result<std::optional<dsp::Dataset>>> dataset_of(ContextId context, const Visible& visible,
                                                       const offer::Asset& asset);

  Services services_;
};

}  // namespace kontor::runtime::catalog
