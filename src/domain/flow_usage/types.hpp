#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id/id.hpp"
#include "base/time/time.hpp"
#include "protocol/dps/types.hpp"

/// What was fetched and sent under an agreement: counted per data flow, told to the context's audit chain.
namespace kontor::domain::flow_usage {

using protocol::dps::AgreementId;
using protocol::dps::DataFlowId;
using protocol::dps::DatasetId;

/// Whose use it is.
struct About {
  DataFlowId flow;
  AgreementId agreement;
  DatasetId dataset;
  std::string counter_party;

  bool operator==(const About&) const = default;
};

struct Counters {
  std::uint64_t requests = 0;  ///< that were let in
  std::uint64_t refused = 0;   ///< that were turned away
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_bytes = 0;

  bool operator==(const Counters&) const = default;
  Counters& operator+=(const Counters& more);
  std::uint64_t bytes() const { return sent_bytes + received_bytes; }
};

/// The first use of an access token: which grant of the flow, and from where.
struct Access {
  std::string grant;
  std::string address;

  bool operator==(const Access&) const = default;
};

/// A process that counts, and its last report that is in the counters.
struct Writer {
  std::string id;
  std::uint64_t last_report = 0;

  bool operator==(const Writer&) const = default;
};

inline constexpr std::size_t writers_max = 16;
inline constexpr std::size_t grants_max = 16;
inline constexpr Duration refusals_told_every = std::chrono::minutes(1);
/// How long after a flow's end its totals are told: replicas have reported what they had by then.
inline constexpr Duration settled_after = std::chrono::seconds(15);

struct FlowUsage {
  About about;
  Counters counters;
  Instant since;
  Instant last_at;                    ///< of the last report
  std::vector<std::string> grants;    ///< whose first use was told; oldest first, at most `grants_max`
  std::optional<Access> last_access;  ///< the last of these
  std::string last_refusal;           ///< why a request was turned away last
  std::uint64_t refused_told = 0;     ///< of `counters.refused`
  std::optional<Instant> refusals_told_at;
  std::vector<Writer> writers;  ///< the one that wrote last stands last, at most `writers_max`
  std::optional<Instant> ended_at;
  bool settled = false;

  bool operator==(const FlowUsage&) const = default;
};

/// What one process counted since its report before. The same report counts once.
struct Report {
  std::string writer;
  std::uint64_t number = 1;  ///< greater than that of each report before it, of this writer and flow
  About about;
  Counters more;
  std::optional<Access> access;  ///< the token was used for the first time, as far as the writer knows
  std::string refusal;           ///< why a request was turned away last; empty: none was
};
/// The flow has ended. Errors: not_found, where nothing was ever used.
struct Ended {};
/// Everybody has reported.
struct Settle {};

using Event = std::variant<Report, Ended, Settle>;
/// Nothing has to be done about a count.
using Effect = std::variant<std::monostate>;

inline constexpr std::string_view access_begun = "data.usage.access.begun";
inline constexpr std::string_view access_refused = "data.usage.access.refused";
inline constexpr std::string_view usage_settled = "data.usage.settled";

}  // namespace kontor::domain::flow_usage
