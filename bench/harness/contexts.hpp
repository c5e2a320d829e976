#pragma once

#include <string>
#include <vector>

#include "installation/world.hpp"

namespace kontor::bench {

/// Sends requests with some of them under way at a time; throws unless each is answered by the status. The
/// answers stand in the order of the requests.
std::vector<installation::Answer> send_all(installation::Driver& driver,
                                           std::vector<installation::Request> requests, unsigned status);

/// Of the context of this number among those that are made here.
std::string name_of_context(std::size_t number);

/// Makes the contexts from number `first` to before `last` of an installation over its APIs, each with a key
/// and an identity.
struct Range {
  std::size_t first = 0;
  std::size_t last = 1;
};
void make_contexts(installation::Driver& driver, const installation::Installation& home, Range range);

/// Registers a data plane for the provider and publishes an asset, open to all. Neither has to be there for a
/// negotiation, so neither is.
void offer_to_all(installation::Driver& driver, const installation::Company& provider,
                  const std::string& asset);

/// Context 0 of the asker asks contexts of another installation for their catalogs: each proves the request
/// with the asker's DID document and asks, under a token that it signs, for the asker's credentials.
void ask_for_catalogs(installation::Driver& driver, const installation::Installation& asker,
                      const installation::Installation& home, Range range);

}  // namespace kontor::bench
