#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "platform/store/sealed/data_keys.hpp"
#include "platform/store/sealed/sealed_kind.hpp"
#include "platform/store/store.hpp"

namespace kontor::platform::store::sealed {

/// Opens what one call of the store returns, and asks for each key once. Errors: internal where a row cannot
/// be opened, else those of the vault.
class Opener {
 public:
  Opener(DataKeys& keys, SealedKinds kinds) : keys_(keys), kinds_(kinds) {}

  Task<Result<void>> open(Record& record, std::string_view kind);
  Task<Result<void>> open(OutboxRow& row);

 private:
  Task<Result<crypto::AesKey>> key_of(const ContextId& context, const std::string& id);

  DataKeys& keys_;
  SealedKinds kinds_;
  std::map<std::pair<ContextId, std::string>, crypto::AesKey> known_;
};

/// The row cannot be opened, now or ever; other errors are the vault's, and pass.
inline bool is_unreadable(const Error& error) {
  return error.row().retry == Retry::never;
}

}  // namespace kontor::platform::store::sealed
