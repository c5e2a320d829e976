// A data plane that serves CSV files: the dataset `stations` is the file `stations.csv` in a folder.
//   csv-source PORT DATA_PORT STATE CSV CALLBACKS TOKEN    (two folders; base of the callbacks)
//
// A flow of the profile Csv-PULL gets an address and a token, which fetch the file while the flow is open,
// over restarts too: `curl -H "Authorization: Bearer TOKEN" ADDRESS`.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "kontor/dataplane_sdk.hpp"

namespace sdk = kontor::dataplane_sdk;

class CsvSource : public sdk::Handler {
 public:
  CsvSource(std::filesystem::path folder, std::string address)
      : folder_(std::move(folder)), address_(std::move(address)) {}

  sdk::Answer start(const sdk::Flow& flow) override {
    const std::filesystem::path name(flow.dataset_id());
    const auto file = folder_ / (name.string() + ".csv");
    if (name.has_parent_path() || !std::filesystem::is_regular_file(file)) {
      return sdk::Answer::reject("there is no dataset '" + name.string() + "'");
    }
    remember(flow);
    return sdk::Answer::done({.endpoint = address_, .with_token = true});
  }
  sdk::Answer resume(const sdk::Flow& flow) override { return start(flow); }
  void recover(const sdk::Flow& flow) override { remember(flow); }

  // The file of a flow, as an HTTP answer.
  std::string serve(const std::string& flow) {
    const std::lock_guard lock(mutex_);
    std::ifstream in(folder_ / (datasets_[flow] + ".csv"), std::ios::binary);
    const std::string rows(std::istreambuf_iterator<char>(in), {});
    return "HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nConnection: close\r\nContent-Length: " +
           std::to_string(rows.size()) + "\r\n\r\n" + rows;
  }

 private:
  void remember(const sdk::Flow& flow) {
    const std::lock_guard lock(mutex_);
    datasets_[std::string(flow.id())] = flow.dataset_id();
  }
  std::filesystem::path folder_;
  std::string address_;
  std::mutex mutex_;
  std::map<std::string, std::string> datasets_;
};

// One request a connection; whose token the plane does not know gets nothing.
void answer(int client, sdk::Plane& plane, CsvSource& source) {
  std::string head(8192, '\0');
  const auto length = ::recv(client, head.data(), head.size(), 0);
  head.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  const auto at = head.find("Authorization: Bearer ");
  const auto token = at == std::string::npos ? std::string() : head.substr(at + 22);
  const auto flow = plane.admits(token.substr(0, token.find('\r')));
  const auto text = flow ? source.serve(*flow) : "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
  for (std::size_t sent = 0; sent < text.size();) {
    const auto more = ::send(client, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (more <= 0) break;
    sent += static_cast<std::size_t>(more);
  }
  ::close(client);
}

int main(int count, char** arguments) try {
  if (count != 7) throw std::runtime_error("csv-source PORT DATA_PORT STATE CSV CALLBACKS TOKEN");
  const auto port = static_cast<std::uint16_t>(std::stoi(arguments[2]));
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0), again = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &again, sizeof again);
  const sockaddr_in at{AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}, {}};
  if (::bind(listener, reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0 || ::listen(listener, 16) != 0)
    throw std::runtime_error("DATA_PORT is taken");
  CsvSource source(arguments[4], "http://127.0.0.1:" + std::to_string(port) + "/");
  sdk::Plane plane(
      {.id = "csv-source",
       .folder = arguments[3],
       .profiles = {"Csv-PULL"},
       .control_planes = {{.id = "our-control-plane", .endpoint = arguments[5], .token = arguments[6]}},
       .port = static_cast<std::uint16_t>(std::stoi(arguments[1])),
       .allowed_networks = {"127.0.0.0/8"},
       .log = [](std::string_view line) { std::clog << "csv-source: " + std::string(line); }},
      source);
  std::thread([&] {
    for (int client; (client = ::accept(listener, nullptr, nullptr)) >= 0;) answer(client, plane, source);
  }).detach();
  plane.run();
} catch (const std::exception& error) {
  std::cerr << error.what() << '\n';
  return 1;
}
