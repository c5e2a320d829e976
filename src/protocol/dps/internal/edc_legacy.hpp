#pragma once

#include "protocol/dps/dialects.hpp"

/// EDC's signalling before Data Plane Signaling: JSON-LD under EDC's own vocabulary, addresses under that of
/// an early version of the Dataspace Protocol. A data plane is asked to start (again, after a suspension), to
/// suspend and to terminate; a pull's consumer has nothing to be asked.
namespace kontor::protocol::dps::internal {

Result<std::optional<Spoken>> speak_edc_legacy(const Signal& signal, const Way& way);
Result<DataFlowStatusMessage> hear_edc_legacy(const Signal& signal, std::string_view answer);
std::optional<Spoken> report_edc_legacy(std::string_view endpoint, const ProcessId& process,
                                        Callback callback, const DataFlowStatusMessage& message);

/// Whether a start or prepare came in this form.
bool is_edc_legacy(const json::Value& message);
/// Such an order in the specification's form.
json::Object order_of_edc_legacy(const json::Value& message);
/// An answer to such an order.
json::Value answer_for_edc_legacy(const DataFlowStatusMessage& message);

}  // namespace kontor::protocol::dps::internal
