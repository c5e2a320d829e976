#pragma once

#include <string>
#include <vector>

#include "base/id/id.hpp"

namespace kontor::runtime::identity {

/// Which DIDs are this installation's to give: those of did:web at its hosts. Every other one is brought
/// along, and means nothing here before its control is proven.
struct OwnDids {
  std::vector<std::string> hosts;  ///< `host` or `host:port`; never empty, the first is the public address

  bool host(const Did& did) const;
  /// Whether the DID is of the kind that `audience` makes: no participant has one.
  bool reserves(const Did& did) const;
  /// To whom the control of a context's DID is proven. It names the installation and the context, and nobody
  /// answers at it: a token that was made for another purpose is not for it.
  Did audience(const ContextId& context) const;
};

/// The host of an http or https address, as DIDs name it: `example.org`, `example.org:8443`.
std::string host_of(const std::string& url);

}  // namespace kontor::runtime::identity
