# run: migrate
class Plain < ActiveRecord::Base
end

class Absent < ActiveRecord::Base
end

class Keyed < ActiveRecord::Base
  self.primary_key = "code"
end

class Pair < ActiveRecord::Base
end

class Keyless < ActiveRecord::Base
end

class Renamed < ActiveRecord::Base
  def self.table_name = "keyeds"
end

class Prefixed < ActiveRecord::Base
  self.table_name = "airs"
  def self.table_name = "p#{super}"
end

class KeyNames < ActiveRecord::Migration[8.1]
  def up
    create_table(:plains) { |t| t.string :name }
    create_table(:keyeds, id: false) { |t| t.string :code, primary_key: true; t.string :name }
    create_table(:pairs, primary_key: [:shop_id, :id]) { |t| t.integer :shop_id; t.integer :id; t.string :name }
    create_table(:keylesses, id: false) { |t| t.string :name }
    say [Plain, Absent, Keyed, Pair, Renamed, Prefixed].map(&:primary_key).inspect
    say [Plain, Absent, Keyed, Renamed].map(&:quoted_primary_key).inspect
    say [Renamed.table_name, Prefixed.table_name, Prefixed.quoted_table_name].inspect
    plain = Plain.create!(name: "a")
    keyed = Keyed.create!(code: "x", name: "b")
    pair = Pair.create!(id: [1, 2], name: "c")
    say [plain, keyed, pair].map { |record| record.read_attribute(:id) }.inspect
    say [plain, keyed, pair].map { |record| record[:id] }.inspect
    say [plain, keyed, pair].map(&:id).inspect
    keyed[:id] = "y"
    say [keyed.id, keyed.attribute_changed?("id"), keyed.attribute_changed?("code")].inspect
    keyed.save!
    [[42, 42], [42, nil], [nil, 42], [nil, nil], [0, 1]].each do |id|
      pair.id = id
      say [id, pair.id?].inspect
    end
    say [plain.id?, Plain.new.id?, Plain.new(id: 0).id?].inspect
    begin
      Keyless.new.id = 1
    rescue StandardError => error
      say "#{error.class}: #{error.message}"
    end
    Renamed.create!(code: "z", name: "d")
    say Renamed.order(:code).pluck(:code, :name).inspect
    Prefixed.create!(id: [5, 6], name: "e")
    say Pair.where(shop_id: 5).pluck(:id, :name).inspect
    begin
      Absent.find(1)
    rescue StandardError => error
      say error.class.inspect
    end
  end
end
