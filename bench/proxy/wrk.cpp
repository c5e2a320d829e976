#include "wrk.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

namespace kontor::bench {

using installation::verify;

namespace {

constexpr auto program = "/usr/bin/wrk";

/// What wrk runs: the next access after so many requests, and the result in numbers.
constexpr auto script = R"lua(local texts, used, each = {{}}, 0, {2}
function init(args)
  for line in io.lines("{0}") do
    local path, token = line:match("(%S+) (%S+)")
    texts[#texts + 1] = wrk.format("GET", path, {{ ["Authorization"] = "Bearer " .. token }})
  end
end
function request()
  local number = math.floor(used / each) % #texts + 1
  used = used + 1
  return texts[number]
end
function done(summary)
  local errors = summary.errors
  local wrong = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  local out = io.open("{1}", "w")
  out:write(string.format("%d %d %d", summary.requests, summary.duration, wrong))
  out:close()
end
)lua";

}  // namespace

Wrk::Wrk(std::filesystem::path folder, int port, const std::vector<Access>& what, std::size_t requests_each)
    : folder_(std::move(folder)), port_(port), requests_each_(requests_each) {
  verify(std::filesystem::exists(program), "there is no wrk: ./dev setup installs it");
  std::ofstream list(folder_ / "wrk.list");
  for (const auto& each : what) list << each.path << " " << each.token << "\n";
  std::ofstream(folder_ / "wrk.lua") << fmt::format(fmt::runtime(script), (folder_ / "wrk.list").string(),
                                                    (folder_ / "wrk.done").string(), requests_each_);
}

Wrk::Done Wrk::run(std::size_t connections, std::size_t seconds) const {
  const auto result = folder_ / "wrk.done";
  std::filesystem::remove(result);
  const auto command = fmt::format("{} -t1 -c{} -d{}s -s {}/wrk.lua http://127.0.0.1:{} >{}/wrk.log 2>&1",
                                   program, connections, seconds, folder_.string(), port_, folder_.string());
  verify(std::system(command.c_str()) == 0, "wrk failed: " + command);
  std::ifstream stream(result);
  double requests = 0;
  double microseconds = 0;
  double wrong = 0;
  stream >> requests >> microseconds >> wrong;
  verify(requests > 0 && wrong == 0, fmt::format("{} of {} answers were wrong", wrong, requests));
  return {requests, microseconds / 1e6};
}

}  // namespace kontor::bench
