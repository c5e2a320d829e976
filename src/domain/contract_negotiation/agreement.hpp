#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/entity/decision.hpp"
#include "domain/contract_negotiation/types.hpp"

namespace kontor::domain::contract_negotiation {

/// It was in force, and one of its parties has ended it.
struct AgreementEnd {
  Instant at;
  EndedBy by = EndedBy::us;
  std::string reason;
};

/// An agreement on its own, as transfers and the Management API look for it; outlives its negotiation.
struct ContractAgreement {
  /// The id in our store: as provider the shared id, which we chose; as consumer our negotiation's pid,
  /// because a foreign id could collide with another provider's.
  EntityId id;
  dsp::AgreementId agreement_id;  ///< shared with the counter-party
  Pid negotiation;
  Role role = Role::consumer;
  Did provider;
  Did consumer;
  dsp::DatasetId dataset;
  Instant signed_at;
  std::string profile;
  odrl::Policy policy;
  json::SharedObject claims;
  /// Where the counter-party takes messages about it: its process id of the negotiation, and its address.
  Pid peer_pid;
  std::string peer_address;
  std::optional<AgreementEnd> end;

  const Did& counter_party() const { return role == Role::consumer ? provider : consumer; }
};

/// Whether its agreement binds: at the consumer once FINALIZED, at the provider from FINALIZING on, because
/// the consumer may use it before its acknowledgement is here. Not before, and not where the negotiation was
/// terminated after all: the agreement's document is then to be removed.
bool is_binding(const ContractNegotiation& negotiation);

/// The agreement, while it binds.
std::optional<ContractAgreement> agreement_of(const ContractNegotiation& negotiation);

/// Under which id the agreement of this negotiation is or will be stored: the Management API's
/// contractAgreementId.
EntityId agreement_entity_id(const ContractNegotiation& negotiation);

struct ContractAgreementDocument {
  using Entity = ContractAgreement;
  static const entity::Kind& kind();  ///< contract-agreement
  static std::string encode(const Entity& agreement);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

}  // namespace kontor::domain::contract_negotiation
