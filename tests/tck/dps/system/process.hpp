#pragma once

#include <filesystem>
#include <vector>

#include "connector/connector.hpp"
#include "tck/dps/system/script.hpp"

namespace kontor::tck::dps {

/// Where planes under test keep their data and listen.
struct Plan {
  std::filesystem::path folder;  ///< new: the store and the vault begin empty
  std::vector<int> ports;        ///< public, administration, signaling, metrics, relay
  std::string kit;               ///< where the kit listens

  Addresses addresses() const;
  connector::Place place() const;
};

/// What they are made of: a connector of the product, with the peers' identity replaced and a mover added.
Result<app::roles::Parts> parts(const Plan& plan);

}  // namespace kontor::tck::dps
