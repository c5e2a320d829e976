#include "domain/data_flow/sealed_address.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kontor::domain::data_flow {
namespace {

bool is_secret_name(std::string_view name) {
  static constexpr std::array<std::string_view, 8> words{
      "token", "secret", "password", "passwd", "credential", "key", "authorization", "signature"};
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return std::ranges::any_of(words, [&](std::string_view word) { return lower.contains(word); });
}

/// `scheme://user@host` or anything with a query, as pre-signed addresses have.
bool holds_credentials(std::string_view endpoint) {
  const auto scheme = endpoint.find("://");
  const auto authority = scheme == std::string_view::npos ? endpoint : endpoint.substr(scheme + 3);
  return endpoint.contains('?') || authority.substr(0, authority.find('/')).contains('@');
}

void take_out(Sealing& sealing, const std::string& name, std::string value, std::string_view prefix) {
  const auto& sealed = sealing.address.sealed;
  const auto same = std::ranges::count(sealed, name, &SealedProperty::name);
  auto key = std::string(prefix) + "/" + name + (same == 0 ? "" : std::to_string(same + 1));
  sealing.address.sealed.push_back({name, key});
  sealing.secrets.push_back({std::move(key), std::move(value)});
}

}  // namespace

Sealing seal(const DataAddress& address, std::string_view vault_prefix) {
  Sealing sealing;
  sealing.address.open = address;
  auto& open = sealing.address.open;
  open.properties.clear();
  if (address.endpoint && holds_credentials(*address.endpoint)) {
    open.endpoint.reset();
    take_out(sealing, "endpoint", *address.endpoint, vault_prefix);
  }
  for (const auto& property : address.properties) {
    if (is_secret_name(property.name)) {
      take_out(sealing, property.name, property.value, vault_prefix);
    } else {
      open.properties.push_back(property);
    }
  }
  return sealing;
}

bool means_the_same(const DataAddress& a, const DataAddress& b) {
  const auto said = [](const DataAddress& address) {
    std::vector<std::pair<std::string_view, std::string_view>> properties;
    for (const auto& [name, value] : address.properties) {
      if (!value.empty()) properties.emplace_back(name, value);
    }
    std::ranges::sort(properties);
    return properties;
  };
  return a.endpoint_type == b.endpoint_type && a.endpoint == b.endpoint && said(a) == said(b);
}

Result<DataAddress> unseal(
    const SealedAddress& address,
    const std::function<Result<std::string>(const std::string& vault_key)>& read_secret) {
  auto whole = address.open;
  for (const auto& property : address.sealed) {
    auto value = read_secret(property.vault_key);
    if (!value) return fail(value.error(), "unseal '{}' of a data address", property.name);
    if (property.name == "endpoint" && !address.open.endpoint) {
      whole.endpoint = std::move(*value);
    } else {
      whole.properties.push_back({property.name, std::move(*value)});
    }
  }
  return whole;
}

}  // namespace kontor::domain::data_flow
