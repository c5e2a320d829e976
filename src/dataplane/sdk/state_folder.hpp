#pragma once

#include <filesystem>
#include <utility>

#include "base/crypto/aead.hpp"
#include "base/descriptor/descriptor.hpp"
#include "base/random/random.hpp"

namespace kontor::dataplane::sdk {

/// Where a plane keeps flows and secrets, of one plane at a time: held until this object ends. Blocks.
class StateFolder {
 public:
  /// Made where it is not there, and then its owner's alone; what is made in it is in any case. Errors:
  /// storage_failed, conflict (another plane runs over it).
  static Result<StateFolder> open(std::filesystem::path path);

  std::filesystem::path flows() const { return path_ / "flows.db"; }
  std::filesystem::path vault() const { return path_ / "vault"; }
  std::filesystem::path master_key() const { return path_ / "master.key"; }

 private:
  StateFolder(std::filesystem::path path, Descriptor held) : path_(std::move(path)), held_(std::move(held)) {}
  std::filesystem::path path_;
  Descriptor held_;
};

/// The key in a file of its owner's, made where there is none. Blocks. Errors: storage_failed, malformed.
Result<crypto::AesKey> master_key_in(const std::filesystem::path& file, Random& random);

}  // namespace kontor::dataplane::sdk
