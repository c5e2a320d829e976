#pragma once

#include <optional>
#include <string>

#include "protocol/dps/dialect.hpp"
#include "protocol/dps/endpoints.hpp"
#include "protocol/dps/messages.hpp"

/// Signals in the dialect of whoever is told: the specification's document comes in, the address and body
/// that go out come out, and answers come back as the specification has them. Pure. What we are told
/// ourselves is read in every dialect by the readers of `messages.hpp`.
namespace kontor::protocol::dps {

/// What a control plane has to tell a data plane, in the specification's form.
struct Signal {
  Operation operation = Operation::start;
  json::Object body;
  /// Of the flow's side: some dialects know the provider's alone.
  dsp::Role role = dsp::Role::provider;
  /// Of a resumption: what a start of the flow would be now. Some dialects resume by starting again.
  json::Object order = {};
};

/// Whom a signal is about, where it goes, and where its receiver is to report.
struct Way {
  DataFlowId flow;
  std::string endpoint;  ///< of the data plane's signalling, as it registered
  std::string callback;  ///< base of our callbacks
};

/// A request as it goes out: always a POST of JSON, with an empty body where that is all there is to say.
struct Spoken {
  std::string url;
  std::string body;
};

/// None: the dialect has no words for it, and nobody needs to know. Errors: peer_refused (it would have to be
/// said, and cannot).
Result<std::optional<Spoken>> speak(Dialect dialect, const Signal& signal, const Way& way);

/// What came of a signal: of the answer's body, or of nothing having been said. Prepare, start and resume
/// tell a status; of everything else nothing is read. Errors: invalid_input, peer_refused.
Result<DataFlowStatusMessage> hear(Dialect dialect, const Signal& signal,
                                   std::optional<std::string_view> answer);

/// What a data plane reports to a control plane at `endpoint`. None: the dialect does not know of it.
std::optional<Spoken> report(Dialect dialect, std::string_view endpoint, const ProcessId& process,
                             Callback callback, const DataFlowStatusMessage& message);

/// A start in EDC's form, which is read as the specification's is.
struct EdcStartMessage {
  DataFlowStartMessage message;
};
Result<void> read(const json::Node& node, EdcStartMessage& out);
json::Value write(const EdcStartMessage& start);

/// Its answer, in the same form.
struct EdcStartAnswer {
  DataFlowStatusMessage status;
};
Result<void> read(const json::Node& node, EdcStartAnswer& out);
json::Value write(const EdcStartAnswer& answer);

/// EDC's report of a flow that failed: `{"errorMessage": …}`.
struct DataFlowFailure {
  std::string error_message;

  bool operator==(const DataFlowFailure&) const = default;
};
Result<void> read(const json::Node& node, DataFlowFailure& out);
json::Value write(const DataFlowFailure& failure);

}  // namespace kontor::protocol::dps
