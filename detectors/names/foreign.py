"""Romaji of given names and surnames from many countries, as they are met in Japanese offices: enough to tell ``Li Wei`` and
``John Peterson`` from goods and programs. Written down by hand; no person is meant."""

from __future__ import annotations

GIVEN = (
    "John Michael David James Robert William Thomas Daniel Peter Paul Mark Kevin Steven Brian Andrew George Edward "
    "Anna Emma Sophia Olivia Elizabeth Sarah Jessica Karen Lisa Nancy Susan Julia Laura Carlos Jose Luis Pedro "
    "Antonio Juan Maria Ana Camila Lucas Mateus Gabriel Marco Luca Pierre Jean Claude Hans Karl Ivan Sergei Olga "
    "Elena Natasha Van Thi An Minh Hoa Linh Huong Duc Anh Tuan Lan Ahmad Muhammad Ali Hassan Fatima Aisha Raj Priya "
    "Amit Sunita Ramesh Siti Budi Dewi Rizky Somchai Niran Wei Ming Xiaoming Jing Fang Jun Hao Minjun Jisoo Seoyeon "
    "Grace Joy Angelica Rahul Deepak Kumar Bishal Richard Charles Joseph Christopher Matthew Anthony Kenneth Joshua "
    "Timothy Jason Jeffrey Ryan Jacob Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel "
    "Gregory Alexander Patrick Jack Dennis Jerry Tyler Aaron Henry Nathan Douglas Adam Zachary Kyle Walter Ethan "
    "Jeremy Keith Christian Roger Noah Gerald Terry Sean Austin Arthur Dylan Jordan Bryan Billy Bruce Logan Alan "
    "Philip Oliver Liam Simon Martin Victor Felix Oscar Hugo Louis Vincent Francois Jacques Michel Stefan Andreas "
    "Wolfgang Patricia Jennifer Linda Barbara Margaret Sandra Ashley Kimberly Emily Donna Michelle Carol Amanda "
    "Melissa Deborah Stephanie Rebecca Sharon Cynthia Kathleen Amy Angela Shirley Brenda Pamela Nicole Helen "
    "Samantha Katherine Christine Debra Rachel Carolyn Janet Catherine Heather Diane Ruth Julie Joyce Virginia "
    "Victoria Kelly Christina Lauren Joan Evelyn Judith Megan Andrea Cheryl Hannah Jacqueline Martha Gloria Teresa "
    "Ann Sara Madison Frances Kathryn Janice Alice Abigail Sophie Chloe Lucy Charlotte Isabella Mia Marie Claire "
    "Ingrid Monica Fernando Miguel Rafael Ricardo Roberto Eduardo Diego Pablo Jorge Francisco Manuel Thiago Bruno "
    "Felipe Rodrigo Andre Paulo Joao Beatriz Leticia Juliana Fernanda Carla Rosa Carmen Lucia Gabriela Isabel Sofia "
    "Dmitri Mikhail Alexei Nikolai Vladimir Irina Tatiana Svetlana Ekaterina Yulia Omar Ibrahim Yusuf Mohamed "
    "Mohammed Khalid Mustafa Zainab Mariam Amina Nur Aminah Ahmed Abdul Arjun Vijay Sanjay Rajesh Suresh Anil Ravi "
    "Manoj Ashok Sunil Pooja Anita Neha Kavita Lakshmi Sita Gita Bikash Suman Prakash Dipak Sabin Agus Bambang Eko "
    "Joko Wahyu Andi Dian Fitri Indah Ratna Sri Putri Nguyet Hung Dung Nam Quang Thanh Trung Phuong Trang Thuy Mai "
    "Ngoc Khanh Nhung Yen Xuan Tam Long Somsak Prasert Malee Siriporn Aung Kyaw Zaw Thida Hla Marites Rowena Jhun "
    "Rommel Arnel Jocelyn Maricel Yan Lei Qiang Yong Jie Xin Ying Na Lin Hui Yang Mei Ting Xiao Yu Bo Chao Gang "
    "Sunhee Jihoon Minho Seojun Hyejin Eunji Jiwoo "
).split()
FAMILY = (
    "Smith Johnson Brown Williams Miller Davis Wilson Taylor Anderson Thompson Peterson Harris Clark Lewis Walker "
    "Young King Wright Hayes Baker Carter Murphy Kelly Garcia Rodriguez Martinez Fernandez Gonzalez Lopez Silva "
    "Santos Oliveira Souza Pereira Costa Rossi Ferrari Dupont Martin Schmidt Mueller Weber Ivanov Petrov Reyes Cruz "
    "Bautista Aquino Ramos Nguyen Tran Le Pham Hoang Phan Vu Dang Khan Sharma Patel Singh Gupta Tamang Thapa Gurung "
    "Shrestha Rai Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Kim Park Lee Choi Jung Wijaya Santoso Hidayat "
    "Rahman Hossain Perera Fernando Jones Moore Jackson White Robinson Hall Allen Hill Scott Green Adams Nelson "
    "Mitchell Roberts Phillips Campbell Parker Evans Edwards Collins Stewart Morris Rogers Reed Cook Morgan Bailey "
    "Cooper Richardson Cox Howard Ward Gray James Watson Brooks Sanders Price Bennett Wood Barnes Ross Henderson "
    "Coleman Jenkins Perry Powell Long Patterson Hughes Simmons Foster Bryant Alexander Russell Griffin Hamilton "
    "Graham Sullivan Wallace Cole West Owens Reynolds Fisher Ellis Harrison Gibson Mcdonald Marshall Ortiz Gomez "
    "Murray Freeman Wells Webb Simpson Stevens Tucker Porter Hunter Hicks Crawford Boyd Mason Kennedy Warren Dixon "
    "Burns Gordon Shaw Holmes Rice Robertson Hunt Black Daniels Palmer Mills Nichols Grant Knight Ferguson Stone "
    "Hawkins Dunn Perkins Hudson Spencer Gardner Stephens Payne Pierce Berry Matthews Arnold Wagner Willis Watkins "
    "Olson Carroll Duncan Snyder Hart Cunningham Bradley Lane Andrews Ruiz Harper Fox O'Neill O'Brien O'Connor "
    "Mckenzie Macdonald Hernandez Diaz Sanchez Perez Torres Flores Rivera Gutierrez Ramirez Morales Castillo "
    "Jimenez Moreno Romero Alvarez Mendoza Vargas Castro Medina Herrera Aguilar Vega Delgado Dela Alves Lima Gomes "
    "Ribeiro Carvalho Almeida Ferreira Barbosa Rocha Dias Nunes Moreira Teixeira Fischer Meyer Schneider Becker "
    "Hoffmann Schulz Koch Bauer Klein Wolf Schroeder Neumann Braun Zimmermann Krueger Hartmann Lange Bernard Durand "
    "Moreau Laurent Lefebvre Leroy Roux Bianchi Romano Colombo Ricci Marino Greco Bruno Smirnov Kuznetsov Popov "
    "Sokolov Novikov Morozov Volkov Kowalski Nowak Novak Hansen Johansen Olsen Larsen Andersen Nielsen Jensen "
    "Johansson Andersson Karlsson Nilsson Eriksson Bui Do Ngo Duong Ly Dinh Truong Lam Mai Trinh Luong Yadav Verma "
    "Mehta Shah Joshi Reddy Nair Iyer Das Roy Ghosh Banerjee Chowdhury Ahmed Begum Akter Islam Uddin Hasan Ali "
    "Malik Hussain Adhikari Karki Poudel Basnet Magar Lama Bhandari Dissanayake Bandara Putra Susanto Setiawan "
    "Kusuma Saputra Wibowo Nugroho Htun Oo Tun Win Santiago Villanueva Navarro Mercado Salazar Domingo Valdez "
    "Ocampo Pascual Sun Zhu Gao Luo Zheng Liang Xie Song Tang Xu Feng Deng Cao Peng Zeng Xiao Tian Dong Pan Yuan "
    "Cai Jiang Yu Du Ye Cheng Wei Su Lu Ding Ren Chan Wong Lau Cheung Ng Cho Kang Yoon Jang Lim Han Oh Seo Shin "
    "Kwon Hwang Ahn Hong Jeon "
).split()

LISTED_GIVEN = frozenset(name.lower() for name in GIVEN)
LISTED_FAMILY = frozenset(name.lower() for name in FAMILY)

ONE_KANJI = frozenset(
    "王李張劉陳楊黄趙呉周徐孫朱馬胡郭林何高梁鄭羅宋謝唐韓曹許鄧馮曾程蔡彭潘袁董余蘇葉呂魏蒋田杜丁沈姜范江傅鍾盧汪戴崔任陸廖姚方金邱夏譚韋賈鄒石熊孟秦閻薛侯雷白龍段郝孔邵史毛万銭湯尹黎易常武喬賀頼龔文"
    "朴崔鄭趙申安権柳洪全南裵辛河車禹具閔兪池魯卞延玄"
)
"""Surnames of one kanji from China, Korea and Vietnam, many of them on no Japanese list."""
