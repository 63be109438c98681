# run: migrate
class Upper
  def self.dump(value) = value&.upcase
  def self.load(value) = value&.downcase
end

class Setting < ActiveRecord::Base
  serialize :data
  serialize :list, type: Array
  serialize :hash_value, type: Hash, coder: YAML
  serialize :doc, coder: JSON
  serialize :custom, coder: Upper
  store :options, accessors: [:color, :size], coder: JSON
  store :yaml_options, accessors: [:theme], prefix: true
end

class Serialized < ActiveRecord::Migration[8.1]
  def up
    create_table(:settings) do |t|
      t.text :data, :list, :hash_value, :doc, :custom, :options, :yaml_options
    end
    setting = Setting.create!(data: { "a" => [1, :b] }, list: [1, 2], hash_value: { "k" => "v" }, doc: { "x" => nil }, custom: "abc")
    say setting.data.inspect
    say setting.reload.data.inspect
    say [setting.list, setting.hash_value, setting.doc, setting.custom].inspect
    setting.list << 3
    say setting.changed.inspect
    setting.save!
    setting.color = "red"
    setting.size = 3
    setting.yaml_options_theme = "dark"
    say setting.color_changed?.inspect
    setting.save!
    setting.reload
    say [setting.color, setting.size, setting.options, setting.yaml_options_theme].inspect
    say setting.changed?.inspect
    say Setting.new.list.inspect
    say Setting.new.data.inspect
    say select_values("SELECT data FROM settings").inspect
    say select_values("SELECT yaml_options FROM settings").inspect
    setting.update!(data: nil, list: [])
    say select_rows("SELECT data, list FROM settings").inspect
    begin
      setting.list = "text"
      setting.save!
    rescue => e
      say "#{e.class}: #{e.message}"
    end
    begin
      Setting.create!(data: Time.utc(2020))
    rescue => e
      say "#{e.class}: #{e.message}"
    end
  end
end
