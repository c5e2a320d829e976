#pragma once

#include <filesystem>
#include <vector>

#include "connector/connector.hpp"
#include "tck/dsp/connector/script.hpp"

namespace kontor::tck::dsp {

/// Where a connector under test keeps its data and listens.
struct Plan {
  std::filesystem::path folder;  ///< new: the store and the vault begin empty
  std::vector<int> ports;        ///< public, administration, signaling, metrics
  std::string kit;               ///< where the kit listens

  Addresses addresses() const;
  connector::Place place() const { return {folder, ports}; }
};

/// What it is made of: a connector of the product, with the peers' identity and the decisions replaced.
Result<app::roles::Parts> parts();

}  // namespace kontor::tck::dsp
