#include "protocol/dps/agreement.hpp"

#include "protocol/dsp/types.hpp"

namespace kontor::protocol::dps {

Result<void> read(const json::Node& node, AgreementResponse& out) {
  return read(node, out.agreement);
}

json::Value write(const AgreementResponse& response) {
  auto policy = response.agreement;
  policy.type = odrl::PolicyType::agreement;
  auto written = write(policy);
  auto& object = written.get_object();
  object["@context"] = json::Array{json::Value(dsp::context_url)};
  return written;
}

}  // namespace kontor::protocol::dps
