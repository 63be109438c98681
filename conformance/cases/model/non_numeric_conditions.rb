# run: migrate
class Thing < ActiveRecord::Base
  enum :state, { off: 0, on: 1 }
end

class NonNumericConditions < ActiveRecord::Migration[8.1]
  disable_ddl_transaction!

  def up
    create_table(:things) { |t| t.integer :n; t.bigint :big; t.integer :state, default: 0; t.decimal :price; t.float :weight; t.string :name }
    Thing.create!(n: 0, big: 0, price: 0, weight: 0, name: "0")
    say Thing.where(n: "abc").count.inspect
    say Thing.where(n: ["abc", "def"]).count.inspect
    say Thing.where(n: ["abc", 0]).count.inspect
    say Thing.where(n: ["abc", 0, "0"]).count.inspect
    say Thing.where(n: " 0x").count.inspect
    say Thing.where(n: "-0").count.inspect
    say Thing.where(n: "").count.inspect
    say Thing.where(n: "+").count.inspect
    say Thing.where(big: "abc").count.inspect
    say Thing.where(id: "abc").count.inspect
    say Thing.where("n" => "abc"..).count.inspect
    say Thing.where.not(n: "abc").count.inspect
    say Thing.where.not(n: %w[abc def]).count.inspect
    say Thing.where(state: "unknown").count.inspect
    say Thing.where(state: %w[unknown off]).count.inspect
    say Thing.find_by(n: "abc").inspect
    say Thing.find_by(id: "abc").inspect
    say Thing.exists?("abc").inspect
    begin
      Thing.find("abc")
    rescue => e
      say e.message
    end
    Thing.where(price: "abc").count
    Thing.where(weight: "abc").count
    Thing.where(n: 1).update_all(n: "abc")
    say Thing.where(n: "abc").new.n.inspect
    say Thing.where(n: "abc").to_sql
  end
end
