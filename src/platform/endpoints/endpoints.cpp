#include "platform/endpoints/endpoints.hpp"

namespace kontor::platform::endpoints {
namespace {

/// The broken rule, or nothing.
std::string check_url(const std::string& url) {
  const auto scheme = url.starts_with("https://") ? 8u : url.starts_with("http://") ? 7u : 0u;
  if (scheme == 0 || url.size() == scheme) return "must begin with http:// or https:// and a host";
  if (url.ends_with('/')) return "must not end with a slash";
  if (url.find_first_of("?# \t") != std::string::npos) return "must have no query, fragment or space";
  return {};
}

}  // namespace

config::Fields fields_of(config::Type<Endpoints>) {
  using E = Endpoints;
  return {
      config::field(
          "public_url", &E::public_url,
          "where other parties reach the public listener; part of DIDs and callbacks, so it must not change")
          .check(&check_url),
      config::field("administration_url", &E::administration_url,
                    "where clients reach the administration listener")
          .check(&check_url),
      config::field("signaling_url", &E::signaling_url, "where data planes reach the signaling listener")
          .check(&check_url),
  };
}

}  // namespace kontor::platform::endpoints
