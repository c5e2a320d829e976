#pragma once

#include <string>

#include "platform/config/field.hpp"

namespace kontor::platform::endpoints {

/// How others reach this installation: what documents, messages and callbacks name. Nothing guesses its own
/// address, so a proxy in front changes these and nothing else. Without a slash at the end.
struct Endpoints {
  std::string public_url =
      "http://localhost:8080";  ///< dataspace protocols, DID documents, status lists, data
  std::string administration_url = "http://localhost:8081";  ///< management, identity, issuer, fabric, tokens
  std::string signaling_url = "http://localhost:8082";  ///< the control plane's callbacks for data planes
};
config::Fields fields_of(config::Type<Endpoints>);

}  // namespace kontor::platform::endpoints
