#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"

/// The words of the Dataspace Protocol 2025-1 that several messages share.
namespace kontor::protocol::dsp {

inline constexpr std::string_view version = "2025-1";
inline constexpr std::string_view context_url = "https://w3id.org/dspace/2025/1/context.jsonld";

/// A process id, given by the party that it belongs to. Opaque, any non-empty string.
using Pid = Id<struct PidTag>;
/// The `@id` of a message: stable over its repetitions, so that a receiver can drop them. Peers may leave it
/// out.
using MessageId = Id<struct MessageIdTag>;
using DatasetId = Id<struct DatasetIdTag>;
using AgreementId = Id<struct AgreementIdTag>;

/// Both parties' process ids.
struct Pids {
  Pid provider;
  Pid consumer;

  bool operator==(const Pids&) const = default;
};

enum class Role : std::uint8_t { consumer, provider };
inline constexpr json::EnumNames<Role, 2> role_names{
    {{Role::consumer, "CONSUMER"}, {Role::provider, "PROVIDER"}}};

enum class NegotiationState : std::uint8_t {
  requested,
  offered,
  accepted,
  agreed,
  verified,
  finalized,
  terminated
};
inline constexpr json::EnumNames<NegotiationState, 7> negotiation_state_names{
    {{NegotiationState::requested, "REQUESTED"},
     {NegotiationState::offered, "OFFERED"},
     {NegotiationState::accepted, "ACCEPTED"},
     {NegotiationState::agreed, "AGREED"},
     {NegotiationState::verified, "VERIFIED"},
     {NegotiationState::finalized, "FINALIZED"},
     {NegotiationState::terminated, "TERMINATED"}}};

enum class TransferState : std::uint8_t { requested, started, suspended, completed, terminated };
inline constexpr json::EnumNames<TransferState, 5> transfer_state_names{
    {{TransferState::requested, "REQUESTED"},
     {TransferState::started, "STARTED"},
     {TransferState::suspended, "SUSPENDED"},
     {TransferState::completed, "COMPLETED"},
     {TransferState::terminated, "TERMINATED"}}};

enum class NegotiationEventType : std::uint8_t { accepted, finalized };
inline constexpr json::EnumNames<NegotiationEventType, 2> negotiation_event_type_names{
    {{NegotiationEventType::accepted, "ACCEPTED"}, {NegotiationEventType::finalized, "FINALIZED"}}};

/// Why something ended or was refused. `reasons` may hold anything; ours are strings.
struct Reason {
  std::optional<std::string> code;
  std::vector<json::Value> reasons;

  /// One line for people: strings as they are, other values as JSON, separated by "; ".
  std::string text() const;
  /// A reason of one sentence.
  static Reason of(std::string sentence);
};

struct EndpointProperty {
  std::string name;
  std::string value;

  bool operator==(const EndpointProperty&) const = default;
};

/// Where data is fetched from or sent to. May hold secrets: never logged.
struct DataAddress {
  std::string endpoint_type;
  std::optional<std::string> endpoint;
  std::vector<EndpointProperty> properties;

  /// A property by its name, with or without the EDC namespace; null where there is none.
  const std::string* property(std::string_view name) const;
  bool operator==(const DataAddress&) const = default;
};

Result<void> read(const json::Node& node, DataAddress& out);
json::Value write(const DataAddress& address);
/// With its endpoint among the properties too, where EDC alone looks for it.
DataAddress as_for_peers(DataAddress address);

}  // namespace kontor::protocol::dsp
