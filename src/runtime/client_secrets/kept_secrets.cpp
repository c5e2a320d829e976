#include "runtime/client_secrets/kept_secrets.hpp"

namespace kontor::runtime::client_secrets {

Result<void> read(const json::Node& node, EndingSecret& out) {
  json::ObjectReader in(node);
  in.required("hash", out.hash).required("until", out.until);
  return in.done();
}

json::Value write(const EndingSecret& ending) {
  return json::ObjectWriter().field("hash", ending.hash).field("until", ending.until).done();
}

std::vector<std::string> good_at(const KeptSecrets& kept, Instant now) {
  std::vector<std::string> good;
  if (!kept.current.empty()) good.push_back(kept.current);
  if (kept.ending && now < kept.ending->until) good.push_back(kept.ending->hash);
  return good;
}

KeptSecrets replaced(KeptSecrets kept, std::string next_hash, Duration overlap, Instant now) {
  KeptSecrets next{std::move(next_hash), {}};
  if (overlap > Duration{0} && !kept.current.empty()) next.ending = {std::move(kept.current), now + overlap};
  return next;
}

}  // namespace kontor::runtime::client_secrets
