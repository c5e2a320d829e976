#pragma once

#include <string>

#include "installation/driver.hpp"

namespace kontor::interop::edc {

using installation::Answer;
using installation::Driver;
using installation::Request;

/// One of the two, as its own people drive it. EDC's Management API v4beta and ours read the same bodies, but
/// for how a protocol is named.
struct Party {
  std::string name;        ///< for people
  std::string id;          ///< as its counter-party knows it
  std::string management;  ///< of its Management API; paths follow after a slash
  std::string protocol;    ///< the member that names the protocol
  std::string address;     ///< of its protocol
  bool waits = false;      ///< answers a GET once there is something to tell (`Prefer: wait`)
  std::string token = {};  ///< empty: none is asked for
};

inline constexpr const char* management_context =
    R"("@context":["https://w3id.org/edc/connector/management/v2"])";

/// A call to a party's Management API. Errors: those of the way there; peer_refused, for an answer that is no
/// success.
Task<Result<json::Value>> call(Driver& driver, const Party& party, Request request);
/// A GET that comes back early with something to tell, or after a pause.
Task<Result<json::Value>> look(Driver& driver, const Party& party, std::string path);
/// The one process of this kind that `correlation` belongs to; null: none yet.
Task<Result<json::Value>> find(Driver& driver, const Party& party, std::string kind, std::string correlation);
Task<void> pause(Driver& driver);

/// A member as text, empty where there is none.
std::string member(const json::Value& value, std::string_view key);

/// An asset that everybody may use, with its terms.
void publish(Driver& driver, const Party& party, const std::string& asset, const std::string& source);
/// The offer of an asset, as the consumer's catalog shows it.
json::Value offer_of(Driver& driver, const Party& consumer, const Party& provider, const std::string& asset);

}  // namespace kontor::interop::edc
