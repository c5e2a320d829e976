#pragma once

#include <string>

namespace kontor::dataplane::sdk {

/// A control plane that may signal, and how it is called back.
struct KnownControlPlane {
  std::string id;
  std::string endpoint;
  std::string token;
  std::string token_endpoint;
  std::string client_id;
  std::string client_secret;
};

}  // namespace kontor::dataplane::sdk
