#pragma once

#include <string>
#include <vector>

#include "installation/world.hpp"

namespace kontor::bench {

/// Sends requests with some of them under way at a time; throws unless each is answered by the status.
void send_all(installation::Driver& driver, std::vector<installation::Request> requests, unsigned status);

/// Many participant contexts of one installation, each with a key and an identity.
class Contexts {
 public:
  explicit Contexts(installation::Installation& home) : home_(home) {}

  /// Makes the contexts from number `first` to before `last`, over the APIs.
  void make(installation::Driver& driver, std::size_t first, std::size_t last) const;
  /// Context 0 asks all others, up to before `last`, for their catalogs: each authenticates the request with
  /// the asker's DID document and asks, under a token that it signs, for the asker's credentials.
  void ask_each_for_its_catalog(installation::Driver& driver, std::size_t last) const;

 private:
  installation::Installation& home_;
};

}  // namespace kontor::bench
