#pragma once

#include <cstdint>
#include <map>

#include "protocol/vc/verify.hpp"

namespace kontor::runtime::verifier {

/// The signatures of one message of another party. It is looked at before its status lists and schemas are
/// fetched, again with them, and for as long as it is remembered whenever one of them is new: a signature
/// that holds is checked once with the same key.
class CheckedSignatures {
 public:
  /// For the evidence, as long as this, `checked` and the message stay where they are. `checked` counts those
  /// that had to be computed.
  protocol::vc::SignatureCheck counted_by(std::uint64_t& checked) {
    return [this, &checked](const protocol::jose::Jws& jws, const crypto::PublicKey& key) -> Result<void> {
      const auto known = hold_with_.find(&jws);
      if (known != hold_with_.end() && known->second == key) return {};
      ++checked;
      auto done = protocol::jose::verify(jws, key);
      if (done) hold_with_.insert_or_assign(&jws, key);
      return done;
    };
  }

  /// It held before this message came.
  void held(const protocol::jose::Jws& jws, const crypto::PublicKey& key) {
    hold_with_.insert_or_assign(&jws, key);
  }
  /// Null: it was not checked, or did not hold.
  const crypto::PublicKey* held_with(const protocol::jose::Jws& jws) const {
    const auto known = hold_with_.find(&jws);
    return known == hold_with_.end() ? nullptr : &known->second;
  }

 private:
  std::map<const protocol::jose::Jws*, crypto::PublicKey> hold_with_;
};

}  // namespace kontor::runtime::verifier
