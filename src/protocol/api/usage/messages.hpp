#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json/codec.hpp"
#include "protocol/dps/types.hpp"

/// What was fetched and sent, as a participant sees it.
namespace kontor::protocol::api::usage {

struct Counters {
  std::uint64_t requests = 0;  ///< that were let in
  std::uint64_t refused = 0;   ///< that were turned away
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_bytes = 0;
};

/// Of one data flow.
struct FlowUsage {
  dps::DataFlowId flow;
  dps::AgreementId agreement;
  dps::DatasetId dataset;
  std::string counter_party;
  Counters counters;
  Instant since;
  Instant last_at;
  std::optional<Instant> ended_at;
  std::string last_refusal;  ///< empty: none
};
Result<void> read(const json::Node& node, FlowUsage& out);
json::Value write(const FlowUsage& usage);

/// Of all data flows under one agreement at this data plane.
struct AgreementUsage {
  dps::AgreementId agreement;
  std::uint64_t flows = 0;       ///< that were used, ended or not
  std::uint64_t open_flows = 0;  ///< that have not ended, used or not: may be more than `flows`
  Counters counters;
  std::optional<Instant> since;
  std::optional<Instant> last_at;
};
Result<void> read(const json::Node& node, AgreementUsage& out);
json::Value write(const AgreementUsage& usage);

}  // namespace kontor::protocol::api::usage
