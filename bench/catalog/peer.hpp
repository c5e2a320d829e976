#pragma once

#include <string>

#include "installation/world.hpp"
#include "testing/party/party.hpp"

namespace kontor::bench {

/// A company elsewhere that asks a provider for its catalog, as any connector does over DSP: with a token of
/// its own in each request, and a credential service that presents one membership.
class Peer {
 public:
  /// `region` is what the membership says of the company.
  Peer(testing::LoopbackServer& server, testing::Party& issuer, std::string name, Did provider,
       std::string region, platform::async::Clock& clock);

  /// A catalog request; an empty limit asks as who says nothing of it.
  installation::Request asks_for_catalog(const std::string& provider_url, std::size_t limit);
  /// How often its credentials were asked for.
  std::size_t presented() const { return server_.asked(query_); }

 private:
  testing::LoopbackServer& server_;
  testing::Party party_;
  Did provider_;
  platform::async::Clock& clock_;
  std::string query_;
};

}  // namespace kontor::bench
