#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "domain/contract_negotiation/types.hpp"
#include "domain/transfer_process/types.hpp"

/// What the connector under test does by itself, case by case: the tables of the kit's test catalogue. A
/// negotiation is known by its dataset, a transfer by its agreement; what stands in no row is left alone.
namespace kontor::tck::dsp {

namespace negotiation = domain::contract_negotiation;
namespace transfer = domain::transfer_process;

/// `proceed` is the next step towards the agreement; `counter` repeats the last offer as our own.
enum class NegotiationAct : std::uint8_t { proceed, counter, refuse };
struct NegotiationStep {
  std::string_view dataset;
  negotiation::State state;
  int visit;  ///< how often this process has entered the state
  NegotiationAct act;
};

enum class TransferAct : std::uint8_t { start, suspend, resume, complete, terminate };
struct TransferStep {
  std::string_view agreement;
  transfer::State state;
  int visit;
  TransferAct act;
};

std::optional<NegotiationAct> act_for(std::string_view dataset, negotiation::State state, int visit);
std::optional<TransferAct> act_for(std::string_view agreement, transfer::State state, int visit);

/// The cases of the kit. `id` as in `CN:01-02`.
struct Case {
  enum class Kind : std::uint8_t { metadata, catalog, negotiation, transfer };
  std::string id;
  Kind kind = Kind::negotiation;
  bool as_consumer = false;  ///< the connector under test is the consumer
  std::string key;           ///< dataset or agreement that tells its processes apart
  bool disabled = false;     ///< in the kit itself
};
std::vector<Case> all_cases();

inline constexpr std::string_view context_id = "connector";
inline constexpr std::string_view own_id = "CONNECTOR_UNDER_TEST";
inline constexpr std::string_view kit_id = "TCK_PARTICIPANT";
inline constexpr std::string_view authorization = "compatibility-kit";
inline constexpr std::string_view transfer_type = "HttpData-PULL";
inline constexpr std::string_view definition_id = "CD123";
/// A dataset that is there for agreements only.
inline constexpr std::string_view shared_dataset = "ATP0101";

/// The properties by which a kit finds the connector and its data.
struct Addresses {
  std::string root;        ///< of the protocol, in front of the version document
  std::string base;        ///< of the protocol, with the profile
  std::string management;  ///< of the Management API, for the participant
  std::string tokens;      ///< of the token service
  std::string webhooks;    ///< where the kit asks us to begin something
  std::string kit;         ///< where the kit listens
};
std::string kit_properties(const Addresses& addresses);

}  // namespace kontor::tck::dsp
