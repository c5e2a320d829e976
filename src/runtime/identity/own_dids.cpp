#include "runtime/identity/own_dids.hpp"

#include <algorithm>

#include "base/text/encoding.hpp"
#include "protocol/did/did.hpp"

namespace kontor::runtime::identity {
namespace {

constexpr std::string_view reserved_path = ":api:identity:";

/// Decoded; empty where it is no did:web.
std::string host_in(const Did& did) {
  if (protocol::did::method_of(did) != "web") return {};
  const auto rest = protocol::did::method_specific_id(did);
  return text::percent_decode(rest.substr(0, rest.find(':'))).value_or("");
}

}  // namespace

bool OwnDids::host(const Did& did) const {
  const auto host = host_in(did);
  return !host.empty() && std::ranges::find(hosts, host) != hosts.end();
}

bool OwnDids::reserves(const Did& did) const {
  const auto rest = protocol::did::method_specific_id(did);
  const auto path = rest.find(':');
  return host(did) && path != std::string::npos && rest.substr(path).starts_with(reserved_path);
}

Did OwnDids::audience(const ContextId& context) const {
  return Did("did:web:" + text::percent_encode(hosts.front()) + std::string(reserved_path) +
             "participants:" + text::percent_encode(context.str()));
}

std::string host_of(const std::string& url) {
  const auto scheme = url.find("://");
  const auto begin = scheme == std::string::npos ? 0 : scheme + 3;
  auto host = url.substr(begin, url.find('/', begin) - begin);
  const std::string_view usual = url.starts_with("https://") ? ":443" : ":80";
  if (host.ends_with(usual)) host.resize(host.size() - usual.size());
  return host;
}

}  // namespace kontor::runtime::identity
