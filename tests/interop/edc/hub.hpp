#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "interop/edc/runtimes.hpp"

namespace kontor::interop::edc {

/// A participant of the hub.
struct HubParticipant {
  std::string context;  ///< its id there
  std::string did;
  std::string client;  ///< of its account at the hub's token service
  std::string secret;
};

/// A credential by its definition at the issuer, which has the type's name, and its format as APIs write it.
struct Wanted {
  std::string type;
  std::string format;
};

/// EDC's identity hub, in memory: DID documents, credential service and token service of its participants.
/// What is not answered as it has to be is thrown (`installation::Failed`).
class Hub {
 public:
  Hub(Driver& driver, const std::filesystem::path& folder, const std::string& class_path);

  std::string authority() const;    ///< of its DID documents
  std::string credentials() const;  ///< origin of its credential service
  std::string token_url() const;
  std::string did(const std::string& name) const;

  /// With a key on P-256, and a credential service that others reach at this origin.
  HubParticipant make(Driver& driver, const std::string& name, const std::string& service_origin) const;
  /// Asks the issuer and waits until there is nothing more to wait for: the last state, `ISSUED` or `ERROR`.
  std::string obtain(Driver& driver, const HubParticipant& participant, const std::string& issuer,
                     const std::vector<Wanted>& wanted) const;
  /// What it holds of a participant.
  json::Value held(Driver& driver, const HubParticipant& participant) const;
  /// A token in the participant's name, with which the audience may ask for what the scope says.
  std::string self_issued(Driver& driver, const HubParticipant& participant, const std::string& audience,
                          const std::string& scope) const;

 private:
  std::string origin(std::size_t port) const { return "http://127.0.0.1:" + std::to_string(ports_.at(port)); }
  std::string path_of(const HubParticipant& participant, const std::string& what) const;
  Task<std::string> await_request(Driver& driver, std::string url) const;

  std::vector<int> ports_;  ///< credentials, identity, did, sts, default, version
  std::unique_ptr<installation::Child> process_;
  std::string key_;  ///< of the administrator, for its API
};

}  // namespace kontor::interop::edc
