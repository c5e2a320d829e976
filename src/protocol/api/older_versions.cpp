#include "protocol/api/older_versions.hpp"

namespace kontor::protocol::api {

void follow_older_versions(std::vector<std::string>& segments) {
  if (segments.size() < 3 || segments[0] != "api") return;
  for (const auto& older : older_versions) {
    if (segments[1] == older.api && segments[2] == older.version) {
      segments[2] = older.current;
      return;
    }
  }
}

}  // namespace kontor::protocol::api
